using Billing.SimulatedGateway.Recording;
using Billing.SimulatedGateway.Rules;
using Billing.SimulatedGateway.Webhooks;

namespace Billing.SimulatedGateway.Payments;

/// <summary>Takes one payment: claims the key, does what the rules say, records it, and only then answers.</summary>
public sealed class PaymentHandler(IdempotencyKeys keys, RuleTable rules, PaymentRecord record, WebhookPost webhooks, TimeProvider time,
    IHostApplicationLifetime lifetime)
{
    public Task<Answer> PayAsync(PaymentForm form, string key) => keys.AnswerOnceAsync(key, form.Fingerprint, async () =>
    {
        var rule = rules.Choose(form, key);
        if (rule.LatencyMs > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(rule.LatencyMs), time, lifetime.ApplicationStopping);
        if (rule.Behaviour == Behaviour.Missing)
            return new Answer(400, Error: GatewayError.Invalid($"No such PaymentMethod: '{form.PaymentMethod}'", "resource_missing", "payment_method"));
        if (Answer.BeforeAnything(rule) is { } nothingDone)
            return nothingDone;
        var entry = EntryFor(form, key, rule);
        await record.AddAsync(entry);
        webhooks.Tell(Event.Of(entry));
        return Answer.Of(entry) with { Delivery = Answer.DeliveryOf(rule.Behaviour) };
    });

    PaymentEntry EntryFor(PaymentForm form, string key, GatewayRule rule) => new()
    {
        Id = $"pi_{Guid.NewGuid():N}",
        ChargeId = form.ChargeId,
        Amount = form.Amount,
        Currency = form.Currency,
        Customer = form.Customer,
        PaymentMethod = form.PaymentMethod,
        CapturedAt = time.GetUtcNow(),
        Metadata = form.Metadata,
        IdempotencyKey = key,
        Fingerprint = form.Fingerprint,
        Answered = rule.Behaviour switch { Behaviour.Decline => 402, Behaviour.ErrorAfterSuccess => 500, _ => 200 },
        DeclineCode = rule.Behaviour == Behaviour.Decline ? rule.Code : null
    };
}
