namespace Billing.Cli.Closing;

/// <summary>The run compared with invoices, ledger, charges and the gateway's own record.</summary>
public sealed record ReconciliationView
{
    public required string Period { get; init; }
    public int Accounts { get; init; }
    public int Closed { get; init; }
    public int Parked { get; init; }
    public int Held { get; init; }
    public CurrencyAmount[] Invoiced { get; init; } = [];
    public CurrencyAmount[] Collected { get; init; } = [];

    /// <summary>Charges of which nobody knows yet whether the money moved.</summary>
    public int Unknown { get; init; }

    public Difference[] Differences { get; init; } = [];
}

public sealed record CurrencyAmount(string Currency, decimal Amount);

public sealed record Difference(string Kind, string? AccountId, string? Detail);
