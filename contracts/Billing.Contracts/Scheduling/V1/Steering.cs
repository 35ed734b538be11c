namespace Billing.Contracts.Scheduling.V1;

/// <summary>
/// Command. Pauses a schedule: it does not fire until it is resumed, and what falls due meanwhile is passed over.
/// </summary>
public sealed record PauseSchedule
{
    /// <summary>Its name, such as <c>month-close</c>.</summary>
    public required string Schedule { get; init; }

    /// <summary>Why; kept with the schedule and in the audit trail.</summary>
    public required string Reason { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>Command. Takes a paused schedule up again, from its next due time on.</summary>
public sealed record ResumeSchedule
{
    /// <summary>Its name, such as <c>month-close</c>.</summary>
    public required string Schedule { get; init; }

    public string? Reason { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>
/// Command. Fires a schedule at once, as if it were due now, also one that is paused. Its next due time stays as it is.
/// </summary>
public sealed record RunScheduleNow
{
    /// <summary>Its name, such as <c>month-close</c>.</summary>
    public required string Schedule { get; init; }

    public string? Reason { get; init; }

    public string? RequestedBy { get; init; }
}
