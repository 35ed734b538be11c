using Billing.Views.MonthClose;

namespace Billing.Cli.Closing;

/// <summary>How far a run has come.</summary>
static class RunProgress
{
    extension(RunView run)
    {
        public bool HasEnded => run.CompletedAt is not null;

        public int Step(string name) => run.Steps.GetValueOrDefault(name);

        /// <summary>Accounts for which the month is over, whatever the outcome.</summary>
        public int Ended => run.Step("Closed") + run.Step("Parked") + run.Step("Cancelled");

        /// <summary>Accounts ended a second since the start; null while nothing can be said.</summary>
        public double? AccountsPerSecond(DateTimeOffset now) =>
            ((run.CompletedAt ?? now) - run.StartedAt).TotalSeconds is > 0 and var seconds && run.Ended > 0 ? run.Ended / seconds : null;

        public TimeSpan? TimeLeft(DateTimeOffset now) =>
            !run.HasEnded && run.AccountsPerSecond(now) is { } speed ? TimeSpan.FromSeconds((run.Accounts - run.Ended) / speed) : null;
    }
}

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
