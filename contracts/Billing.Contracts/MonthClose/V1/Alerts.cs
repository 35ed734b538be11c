namespace Billing.Contracts.MonthClose.V1;

/// <summary>Event. Something needs a person: the machines can go on without him, but not put it right.</summary>
public sealed record BillingAlert
{
    public required Guid AlertId { get; init; }

    /// <summary>What kind of thing, such as <c>idempotency-key-misused</c>, <c>gateway-refuses-us</c> or <c>charge-unresolved</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What it is about: the id of a charge, the name of a gateway. The same code and subject are not told again for ten minutes.</summary>
    public required string Subject { get; init; }

    /// <summary>What happened, and what can be done.</summary>
    public required string Message { get; init; }

    public string? AccountId { get; init; }
    public Guid? InvoiceId { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
}
