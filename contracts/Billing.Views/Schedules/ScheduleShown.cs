namespace Billing.Views.Schedules;

/// <summary>A schedule as <c>GET api/schedules</c> of the scheduler shows it. Times are instants.</summary>
/// <param name="Name">Such as <c>month-close</c>.</param>
/// <param name="Command">What a tick publishes.</param>
/// <param name="Cron">As Quartz writes it.</param>
/// <param name="TimeZone">IANA zone in which the cron is read.</param>
/// <param name="Misfire">What becomes of a tick that was missed: <c>CatchUp</c> or <c>Skip</c>.</param>
/// <param name="LastDueAt">Of the newest tick that fired.</param>
/// <param name="LastFiredAt">When that fired.</param>
/// <param name="NextDueAt">When it is due next, paused or not.</param>
/// <param name="Next">The next five of them.</param>
/// <param name="Last">The last ten ticks, the newest first.</param>
/// <param name="Paused">Who paused it; null when it is not paused.</param>
public sealed record ScheduleShown(
    string Name, string Command, string Cron, string TimeZone, string Misfire, DateTimeOffset? LastDueAt, DateTimeOffset? LastFiredAt,
    DateTimeOffset? NextDueAt, IReadOnlyList<DateTimeOffset> Next, IReadOnlyList<TickShown> Last, PauseShown? Paused);

/// <summary>One due time that was dealt with.</summary>
/// <param name="DueAt">When it was due; when a person had it run, the moment at which he did.</param>
/// <param name="FiredAt">When it was dealt with.</param>
/// <param name="Outcome">
/// <c>accepted</c>, <c>unchanged</c>, <c>rejected</c> or <c>failed</c>, as the service says that obeys; <c>published</c> before it has; <c>skipped</c> when the
/// tick came too late for a schedule that skips; <c>paused</c> when it was passed over.
/// </param>
/// <param name="Because">Why, where the service says it.</param>
/// <param name="RequestedBy">Who had it run, when it was a person.</param>
public sealed record TickShown(DateTimeOffset DueAt, DateTimeOffset FiredAt, string Outcome, string? Because, string? RequestedBy);

/// <summary>Who paused a schedule, when and why.</summary>
public sealed record PauseShown(DateTimeOffset Since, string By, string? Why);

/// <summary>A command that is published once at its due time, as <c>GET api/scheduled-commands</c> shows it.</summary>
/// <param name="ScheduleId">Its sender's.</param>
/// <param name="DueAt">When it is published.</param>
/// <param name="Command">Its exchange.</param>
/// <param name="Body">As it is published; what is confidential is sealed.</param>
/// <param name="State"><c>Waiting</c>, <c>Published</c>, <c>Cancelled</c> or <c>Failed</c>.</param>
/// <param name="ScheduledAt">When it was scheduled.</param>
/// <param name="ScheduledBy">By whom.</param>
/// <param name="EndedAt">When it stopped waiting.</param>
/// <param name="CancelledBy">Who took it back.</param>
/// <param name="Outcome">What its service says of it.</param>
/// <param name="Because">Why, in words.</param>
public sealed record ScheduledCommandShown(
    Guid ScheduleId, DateTimeOffset DueAt, string Command, string Body, string State, DateTimeOffset ScheduledAt, string ScheduledBy,
    DateTimeOffset? EndedAt, string? CancelledBy, string? Outcome, string? Because);

/// <summary>One act of a person on a schedule or a scheduled command.</summary>
/// <param name="At">When.</param>
/// <param name="SubjectKind"><c>schedule</c> or <c>scheduled-command</c>.</param>
/// <param name="SubjectId">Its name, or its id.</param>
/// <param name="What">In the past tense.</param>
/// <param name="Who">Whom the command named, and through which program it came.</param>
/// <param name="Why">As the command says it.</param>
public sealed record ScheduleActShown(DateTimeOffset At, string SubjectKind, string SubjectId, string What, string Who, string? Why);
