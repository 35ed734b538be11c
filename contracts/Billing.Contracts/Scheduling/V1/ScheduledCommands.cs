using System.Text.Json.Nodes;

namespace Billing.Contracts.Scheduling.V1;

/// <summary>
/// Command. Publishes any command once, when its time has come. Its body is read now, as its service would read it, so that what cannot be
/// understood is refused now. The same <c>scheduleId</c> counts once, for ever.
/// </summary>
public sealed record ScheduleCommand
{
    /// <summary>Yours to choose: the command is listed and cancelled by it, and published with it as its message id.</summary>
    public required Guid ScheduleId { get; init; }

    /// <summary>When it is published, an instant within ten years; at once when that is over.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Its name, such as <c>StartMonthClose</c> or <c>MonthClose.V1.StartMonthClose</c>.</summary>
    public required string Command { get; init; }

    /// <summary>The body of the command, as it would be published.</summary>
    [Confidential]
    public required JsonObject Body { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>Command. Takes a scheduled command back, as long as it was not published.</summary>
public sealed record CancelScheduledCommand
{
    /// <summary>As it was scheduled.</summary>
    public required Guid ScheduleId { get; init; }

    public string? Reason { get; init; }

    public string? RequestedBy { get; init; }
}
