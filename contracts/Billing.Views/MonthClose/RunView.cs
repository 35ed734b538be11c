namespace Billing.Views.MonthClose;

/// <summary>One run: the answer of <c>GET api/runs/{period}</c>.</summary>
public sealed record RunView
{
    /// <summary>The month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    public required Guid RunId { get; init; }
    public required string State { get; init; }
    public string? RequestedBy { get; init; }
    public string? CancelReason { get; init; }

    /// <summary>Which step failed for good, and why, while the run is halted.</summary>
    public string? HaltReason { get; init; }

    /// <summary>Until when its drafts are open for late usage; null when it is no draft.</summary>
    public DateTimeOffset? FinalAt { get; init; }

    /// <summary>Null while it may charge.</summary>
    public PauseView? Pause { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public DateTimeOffset? SucceededAt { get; init; }
    public required int Accounts { get; init; }
    public required IReadOnlyDictionary<string, int> Steps { get; init; }
    public IReadOnlyDictionary<string, int> Outcomes { get; init; } = new Dictionary<string, int>();
    public ChunkCounts Chunks { get; init; } = new(0, 0, 0);
    public IReadOnlyList<MoneyView> Totals { get; init; } = [];
    public IReadOnlyList<ParkedView> Parked { get; init; } = [];

    /// <summary>The brakes that are set, and how far each is from tripping; none of a run that has ended.</summary>
    public IReadOnlyList<BrakeView> Brakes { get; init; } = [];
}

public sealed record ChunkCounts(int Total, int Ended, int InFlight);

public sealed record ParkedView(string ReasonCode, string Reason, int Count);

/// <param name="Since">From then on nothing was charged.</param>
/// <param name="By">Who paused it; null when a brake did.</param>
/// <param name="Reason">The person's reason, or what the brake saw.</param>
/// <param name="Brake">Which; null when a person paused it.</param>
public sealed record PauseView(DateTimeOffset Since, string? By, string Reason, string? Brake);

/// <param name="Brake">Its name, as <c>SetBrake</c> takes it.</param>
/// <param name="Currency">Of money; null of everything else.</param>
/// <param name="Limit">Past it the run pauses.</param>
/// <param name="Now">What is measured, since the run began or was resumed.</param>
/// <param name="Counts">False while too little was seen for it to mean anything.</param>
/// <param name="InWords">What was seen.</param>
public sealed record BrakeView(string Brake, string? Currency, decimal Limit, decimal Now, bool Counts, string InWords);

/// <summary>A run's money in one currency, in its major unit.</summary>
public sealed record MoneyView
{
    public required string Currency { get; init; }
    public int Invoices { get; init; }
    public decimal Invoiced { get; init; }

    /// <summary>The part of what was invoiced that is tax.</summary>
    public decimal Tax { get; init; }

    public decimal CreditUsed { get; init; }
    public decimal Collected { get; init; }

    /// <summary>Taken back by credit notes, whether it was paid or not.</summary>
    public decimal Credited { get; init; }

    /// <summary>Given back by the gateway.</summary>
    public decimal Refunded { get; init; }

    public decimal WrittenOff { get; init; }

    /// <summary>What came in after all of what was written off.</summary>
    public decimal Recovered { get; init; }

    /// <summary>Due, and being collected: declined softly, or unknown.</summary>
    public decimal Failed { get; init; }

    /// <summary>Due from accounts on hold.</summary>
    public decimal Held { get; init; }

    /// <summary>Due, and not charged for a reason: paid by transfer, account closed, too small.</summary>
    public decimal Skipped { get; init; }

    /// <summary>Due from accounts whose close is parked.</summary>
    public decimal Parked { get; init; }

    /// <summary>Due in all: the four before it, and what the run has not come to yet.</summary>
    public decimal Open { get; init; }
}
