namespace Billing.Contracts.Scheduling.V1;

/// <summary>Event. A schedule fired: its command is on the way. Published once for each (schedule, due time).</summary>
public sealed record ScheduleFired
{
    /// <summary>Name of the schedule, such as <c>month-close</c>.</summary>
    public required string Schedule { get; init; }

    /// <summary>When it was due, an instant.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it fired, an instant; later than due when the scheduler was down.</summary>
    public required DateTimeOffset FiredAt { get; init; }
}
