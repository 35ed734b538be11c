using Quartz;

namespace Billing.Scheduler.Schedules;

public enum Misfire
{
    CatchUp,
    Skip,
}

public enum Command
{
    StartMonthClose,
    StartSeatRefresh,
    StartReconciliation,
}

/// <summary>A schedule that was read and found good.</summary>
public sealed record ScheduleDefinition(string Name, Command Command, string Cron, string TimeZone, Misfire Misfire, TimeSpan Tolerance)
{
    /// <summary>
    /// Its times. On a day that has an hour twice, an hour that is named comes once, the first time, and every hour means each of both; a time
    /// that a day does not have comes at the first instant after the gap.
    /// </summary>
    internal CronExpression Times => new(Cron, TimeZoneInfo.FindSystemTimeZoneById(TimeZone));
}
