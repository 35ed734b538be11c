using Billing.SimulatedGateway.Recording;
using Billing.SimulatedGateway.Rules;

namespace Billing.SimulatedGateway.Payments;

/// <summary>Takes one payment: claims the key, does what the rules say, records it, and only then answers.</summary>
public sealed class PaymentDesk(IdempotencyKeys keys, RuleBook rules, PaymentRecord record, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <remarks>The caller going away stops nothing here, as at a real gateway: what was asked for is done.</remarks>
    public async Task<Answer> PayAsync(PaymentForm form, string key)
    {
        if (keys.TryClaim(key, form.Fingerprint) is { } known)
            return known;
        PaymentEntry? entry = null;
        try
        {
            var rule = rules.Choose(form, key);
            if (rule.LatencyMs > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(rule.LatencyMs), time, lifetime.ApplicationStopping);
            switch (rule.Behaviour)
            {
                case Behaviour.RateLimited:
                    return new Answer(429, Error: new GatewayError { Type = "rate_limit_error", Code = "rate_limit", Message = "Too many requests hit the API too quickly." }, RetryAfterSeconds: rule.RetryAfterSeconds);
                case Behaviour.ErrorBefore:
                    return Answer.ServerError;
                case Behaviour.Missing:
                    return new Answer(400, Error: GatewayError.Invalid($"No such PaymentMethod: '{form.PaymentMethod}'", "resource_missing", "payment_method"));
            }

            var settled = EntryFor(form, key, rule);
            await record.AddAsync(settled);
            entry = settled;
            return Answer.Of(settled) with { Delivery = DeliveryOf(rule.Behaviour) };
        }
        finally
        {
            if (entry is null)
                keys.Release(key);
            else
                keys.Settle(key, entry);
        }
    }

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

    static Delivery DeliveryOf(Behaviour behaviour) => behaviour switch
    {
        Behaviour.TimeOutAfterSuccess => Delivery.NeverAnswer,
        Behaviour.CutAfterSuccess => Delivery.CutConnection,
        _ => Delivery.Answer
    };
}
