namespace Billing.Views.MonthClose;

/// <summary>One run in the list of all: the answer of <c>GET api/runs</c>, the newest month first.</summary>
public sealed record RunLine
{
    /// <summary>The month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    public required Guid RunId { get; init; }

    /// <summary>
    /// The run's; or <see cref="Previewed"/> for a month that was looked at and whose run has not begun: its accounts and money are those expected.
    /// </summary>
    public required string State { get; init; }
    public string? RequestedBy { get; init; }

    /// <summary>Which step failed for good, and why, while the run is halted.</summary>
    public string? HaltReason { get; init; }

    /// <summary>Why nothing is charged, while the run is paused.</summary>
    public string? PauseReason { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public DateTimeOffset? SucceededAt { get; init; }
    public required int Accounts { get; init; }
    public required int Closed { get; init; }
    public required int Parked { get; init; }
    public required int Cancelled { get; init; }
    public required IReadOnlyList<RunMoney> Money { get; init; }

    public const string Previewed = nameof(Previewed);
}

/// <summary>The money of a run in one currency, in its major unit.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Invoices">How many that are not voided.</param>
/// <param name="Invoiced">What they add up to, without what was carried over from earlier ones.</param>
/// <param name="Collected">What was paid of it.</param>
/// <param name="Open">What is due of it.</param>
public sealed record RunMoney(string Currency, int Invoices, decimal Invoiced, decimal Collected, decimal Open);
