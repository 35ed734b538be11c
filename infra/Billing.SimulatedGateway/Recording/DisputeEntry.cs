namespace Billing.SimulatedGateway.Recording;

/// <summary>One line of the gateway's own record of payments that a customer's bank took back. A later line of the same id takes its place.</summary>
public sealed record DisputeEntry
{
    public required string Id { get; init; }
    public required string PaymentIntent { get; init; }

    /// <summary>In the currency's minor unit.</summary>
    public required long Amount { get; init; }

    public required string Currency { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary><c>needs_response</c>, <c>won</c> or <c>lost</c>, as Stripe names them.</summary>
    public required string Status { get; init; }
}
