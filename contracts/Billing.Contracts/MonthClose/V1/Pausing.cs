namespace Billing.Contracts.MonthClose.V1;

/// <summary>
/// Command. Stops a run's charges: what is being asked for ends, and within a second nothing new is charged. Invoices of chunks in flight are still issued,
/// and planned tries of this run's invoices wait, too.
/// </summary>
/// <remarks>Answered by <see cref="RunPaused"/>. <see cref="ResumeRun"/> takes it up again, <see cref="CancelMonthClose"/> ends it as it stands.</remarks>
public sealed record PauseRun
{
    /// <summary>The month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    public required string Reason { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>
/// Command. Takes a paused run up again. Its brakes judge by what comes from now on: who resumes has looked at what was.
/// </summary>
/// <remarks>Answered by <see cref="RunResumed"/>.</remarks>
public sealed record ResumeRun
{
    /// <summary>The month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    public string? Reason { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>Command. Ends the time for late usage of a drafted month: its invoices are issued now, and are final.</summary>
public sealed record ApproveRun
{
    /// <summary>The month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>Command. Says when a run is to pause by itself, from now on and for every run; it stands in the place of the settings <c>Brakes</c>.</summary>
public sealed record SetBrake
{
    /// <summary>
    /// <c>FailedShare</c> (accounts parked or not paid, of all parked or charged, from 0 to 1), <c>UnknownCharges</c> (a count), <c>Change</c> (against the
    /// month before, as a share of it), <c>Amount</c> (money collected in one currency) or <c>Drifts</c> (a count).
    /// </summary>
    public required string Brake { get; init; }

    /// <summary>ISO 4217, for <c>Amount</c>; none for every other.</summary>
    public string? Currency { get; init; }

    /// <summary>Past it the run pauses; money in the currency's major unit.</summary>
    public decimal? Limit { get; init; }

    /// <summary>Takes the brake away, in place of a limit.</summary>
    public bool Off { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>Event. A person, or a brake, paused a run. Told once for each pause.</summary>
public sealed record RunPaused
{
    public required Guid RunId { get; init; }
    public required string Period { get; init; }

    /// <summary>The person's reason, or what the brake saw.</summary>
    public required string Reason { get; init; }

    /// <summary>The brake that tripped, as in <see cref="SetBrake.Brake"/>; null when a person paused it.</summary>
    public string? Brake { get; init; }

    /// <summary>Of the money that the brake looks at; null for every other.</summary>
    public string? Currency { get; init; }

    public decimal? Limit { get; init; }

    /// <summary>What the brake saw, in the unit of its limit.</summary>
    public decimal? Seen { get; init; }

    public string? RequestedBy { get; init; }
    public required DateTimeOffset PausedAt { get; init; }
}

/// <summary>Event. A person took a paused run up again.</summary>
public sealed record RunResumed
{
    public required Guid RunId { get; init; }
    public required string Period { get; init; }
    public string? RequestedBy { get; init; }
    public required DateTimeOffset ResumedAt { get; init; }
}

/// <summary>
/// Event. A month is drafted: nothing is issued, and usage that comes late is still of this month. <c>GET /api/previews/{period}</c> shows the drafts.
/// </summary>
/// <remarks>At <see cref="FinalAt"/>, or after <see cref="ApproveRun"/>, the run begins.</remarks>
public sealed record MonthCloseDrafted
{
    public required Guid RunId { get; init; }
    public required string Period { get; init; }
    public required DateTimeOffset FinalAt { get; init; }
    public string? RequestedBy { get; init; }
}
