namespace Billing.Cli.Closing;

/// <summary>A run as MonthClose shows it.</summary>
public sealed record RunView
{
    public required string Period { get; init; }
    public Guid RunId { get; init; }
    public string State { get; init; } = "";
    public string? RequestedBy { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public int Accounts { get; init; }
    public Dictionary<string, int> Steps { get; init; } = [];
    public Dictionary<string, int> Outcomes { get; init; } = [];
    public ChunkCounts Chunks { get; init; } = new(0, 0, 0);
    public RunTotals[] Totals { get; init; } = [];
    public ParkedReason[] Parked { get; init; } = [];

    public bool HasEnded => CompletedAt is not null;

    public int Step(string name) => Steps.GetValueOrDefault(name);

    /// <summary>Accounts for which the month is over, whatever the outcome.</summary>
    public int Ended => Step("Closed") + Step("Parked") + Step("Cancelled");

    /// <summary>Accounts ended a second since the start; null while nothing can be said.</summary>
    public double? AccountsPerSecond(DateTimeOffset now) =>
        ((CompletedAt ?? now) - StartedAt).TotalSeconds is > 0 and var seconds && Ended > 0 ? Ended / seconds : null;

    public TimeSpan? TimeLeft(DateTimeOffset now) =>
        !HasEnded && AccountsPerSecond(now) is { } speed ? TimeSpan.FromSeconds((Accounts - Ended) / speed) : null;
}

public sealed record ChunkCounts(int Total, int Ended, int InFlight);

public sealed record RunTotals
{
    public required string Currency { get; init; }
    public int Invoices { get; init; }
    public decimal Invoiced { get; init; }

    /// <summary>The part of what was invoiced that is tax.</summary>
    public decimal Tax { get; init; }

    public decimal Collected { get; init; }
    public decimal CreditUsed { get; init; }
    public decimal Open { get; init; }

    /// <summary>Due, and being collected.</summary>
    public decimal Failed { get; init; }

    /// <summary>Due from accounts on hold.</summary>
    public decimal Held { get; init; }

    /// <summary>Due, and not charged for a reason that is not a failure.</summary>
    public decimal Skipped { get; init; }

    /// <summary>Due from accounts that are parked.</summary>
    public decimal Parked { get; init; }
}

public sealed record ParkedReason(string ReasonCode, string Reason, int Count);

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
