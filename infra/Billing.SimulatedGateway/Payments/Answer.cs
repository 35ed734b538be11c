using Billing.SimulatedGateway.Recording;

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
public sealed record Answer(int Status, PaymentEntry? Entry = null, GatewayError? Error = null, int? RetryAfterSeconds = null, Delivery Delivery = Delivery.Answer)
{
    public static Answer ServerError { get; } = new(500, Error: new GatewayError { Type = "api_error", Message = "Something went wrong on our end." });

    /// <summary>The answer that an entry of the record stands for.</summary>
    public static Answer Of(PaymentEntry entry) => entry.Answered >= 500
        ? ServerError
        : new Answer(entry.Answered, entry, entry.DeclineCode is { } code ? GatewayError.Declined(code) with { PaymentIntent = PaymentIntent.Of(entry) } : null);
}
