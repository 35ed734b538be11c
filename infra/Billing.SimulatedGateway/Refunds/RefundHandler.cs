using Billing.SimulatedGateway.Payments;
using Billing.SimulatedGateway.Recording;
using Billing.SimulatedGateway.Rules;
using Billing.SimulatedGateway.Webhooks;

namespace Billing.SimulatedGateway.Refunds;

/// <summary>Gives money back, never more than was captured: under the key, by the rules, on record before it is answered.</summary>
public sealed class RefundHandler(IdempotencyKeys keys, RuleTable rules, PaymentRecord record, WebhookPost webhooks, TimeProvider time,
    IHostApplicationLifetime lifetime) : IDisposable
{
    // Refunds are rare: one at a time keeps two of one payment from both seeing the same money left.
    readonly SemaphoreSlim _oneAtATime = new(1);

    public Task<Answer> RefundAsync(RefundForm form, string key) => keys.AnswerOnceAsync(key, form.Fingerprint, async () =>
    {
        if (record.Find(form.PaymentIntent) is not { IsCapture: true } payment)
            return new Answer(404, Error: GatewayError.Invalid($"No such payment_intent: '{form.PaymentIntent}'", "resource_missing", "payment_intent"));
        var rule = rules.ChooseForRefund(payment, key);
        if (rule.LatencyMs > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(rule.LatencyMs), time, lifetime.ApplicationStopping);
        if (Answer.BeforeAnything(rule) is { } nothingDone)
            return nothingDone;

        await _oneAtATime.WaitAsync();
        try
        {
            var left = payment.Amount - record.RefundedOf(payment.Id);
            if (left == 0)
                return new Answer(400, Error: GatewayError.Invalid($"Charge {payment.Id} has already been refunded.", "charge_already_refunded"));
            if (form.Amount > left)
                return new Answer(400, Error: GatewayError.Invalid(
                    $"Refund amount ({form.Amount}) is greater than unrefunded amount on charge ({left})", "amount_too_large", "amount"));
            var entry = EntryFor(form, key, rule, payment, form.Amount ?? left);
            await record.AddAsync(entry);
            if (entry.IsRefunded)
                webhooks.Tell(Event.Of(entry, payment, record.RefundedOf(payment.Id)));
            return Answer.Of(entry) with { Delivery = Answer.DeliveryOf(rule.Behaviour) };
        }
        finally
        {
            _oneAtATime.Release();
        }
    });

    public void Dispose() => _oneAtATime.Dispose();

    RefundEntry EntryFor(RefundForm form, string key, GatewayRule rule, PaymentEntry payment, long amount) => new()
    {
        Id = $"re_{Guid.NewGuid():N}",
        RefundId = form.Metadata.GetValueOrDefault("refund_id"),
        PaymentIntent = payment.Id,
        ChargeId = payment.ChargeId,
        Period = payment.Metadata.GetValueOrDefault("period"),
        Customer = payment.Customer,
        Amount = amount,
        Currency = payment.Currency,
        RefundedAt = time.GetUtcNow(),
        Reason = form.Reason,
        Metadata = form.Metadata,
        IdempotencyKey = key,
        Fingerprint = form.Fingerprint,
        Answered = rule.Behaviour == Behaviour.ErrorAfterSuccess ? 500 : 200,
        FailureReason = rule.Behaviour == Behaviour.Decline ? rule.Code : null
    };
}
