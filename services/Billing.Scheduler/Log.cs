namespace Billing.Scheduler;

/// <summary>One line for each tick, and for what no event reports.</summary>
static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information, "Schedule {Schedule} fired the tick due {DueAt:O}")]
    public static partial void TickFired(this ILogger log, string schedule, DateTimeOffset dueAt);

    [LoggerMessage(1002, LogLevel.Warning, "Schedule {Schedule} skipped the tick due {DueAt:O}: it came {Late} late")]
    public static partial void TickSkipped(this ILogger log, string schedule, DateTimeOffset dueAt, TimeSpan late);

    [LoggerMessage(1003, LogLevel.Warning, "Quartz did not stop within {Limit} and is left behind")]
    public static partial void QuartzDidNotStop(this ILogger log, TimeSpan limit);

    [LoggerMessage(1004, LogLevel.Warning, "The test clock has come to {Target:O}, in {Moves} moves")]
    public static partial void ClockArrived(this ILogger log, DateTimeOffset target, long moves);

    [LoggerMessage(1005, LogLevel.Warning, "The test clock stands still: {Reason}")]
    public static partial void ClockStopped(this ILogger log, string reason);

    [LoggerMessage(1006, LogLevel.Warning, "Schedule {Schedule} passed over the tick due {DueAt:O}: it is paused")]
    public static partial void TickPaused(this ILogger log, string schedule, DateTimeOffset dueAt);

    [LoggerMessage(1007, LogLevel.Information, "{Command} {ScheduleId} due {DueAt:O} was published")]
    public static partial void CommandPublished(this ILogger log, string command, Guid scheduleId, DateTimeOffset dueAt);

    [LoggerMessage(1008, LogLevel.Error, "{Command} {ScheduleId} due {DueAt:O} cannot be published: {Reason}")]
    public static partial void CommandLost(this ILogger log, string command, Guid scheduleId, DateTimeOffset dueAt, string reason);

    [LoggerMessage(1009, LogLevel.Warning, "Schedule {Schedule} was {What} by {Who}: {Why}")]
    public static partial void ScheduleSteered(this ILogger log, string schedule, string what, string who, string? why);
}
