using Billing.SimulatedGateway.Recording;
using Billing.SimulatedGateway.Rules;

namespace Billing.SimulatedGateway.Payments;

/// <summary>How the connection goes on after the work is done.</summary>
public enum Delivery
{
    Answer,

    /// <summary>The caller waits in vain, until it gives up.</summary>
    NeverAnswer,

    /// <summary>The connection is cut at once.</summary>
    CutConnection
}

/// <summary>What the caller gets for a request, and gets again for the same key.</summary>
public sealed record Answer(
    int Status, PaymentEntry? Payment = null, RefundEntry? Refund = null, GatewayError? Error = null, int? RetryAfterSeconds = null,
    Delivery Delivery = Delivery.Answer)
{
    public static Answer ServerError { get; } = new(500, Error: new GatewayError { Type = "api_error", Message = "Something went wrong on our end." });

    /// <summary>
    /// As Stripe documents it: the first answer under a key is kept, a 500 like any other. Not kept is what was refused before the work began:
    /// parameters that make no sense, and too many requests.
    /// </summary>
    public bool IsKept => Status is not (400 or 401 or 404 or 409 or 429);

    /// <summary>The answer that an entry of the record stands for.</summary>
    public static Answer Of(PaymentEntry entry) => entry.Answered >= 500
        ? ServerError
        : new Answer(entry.Answered, entry, Error: entry.DeclineCode is { } code
            ? GatewayError.Declined(code) with { PaymentIntent = PaymentIntent.Of(entry) } : null);

    public static Answer Of(RefundEntry entry) => entry.Answered >= 500 ? ServerError : new Answer(entry.Answered, Refund: entry);

    /// <summary>What a rule answers while nothing was done; null when the work is to be done.</summary>
    public static Answer? BeforeAnything(GatewayRule rule) => rule.Behaviour switch
    {
        Behaviour.RateLimited => new Answer(429,
            Error: new GatewayError { Type = "rate_limit_error", Code = "rate_limit", Message = "Too many requests hit the API too quickly." },
                RetryAfterSeconds: rule.RetryAfterSeconds),
        Behaviour.ErrorBefore => ServerError,
        Behaviour.Unauthorized => new Answer(401, Error: new GatewayError { Type = "invalid_request_error", Message = "Invalid API Key provided." }),
        _ => null
    };

    public static Delivery DeliveryOf(Behaviour behaviour) => behaviour switch
    {
        Behaviour.TimeOutAfterSuccess => Delivery.NeverAnswer,
        Behaviour.CutAfterSuccess => Delivery.CutConnection,
        _ => Delivery.Answer
    };
}
