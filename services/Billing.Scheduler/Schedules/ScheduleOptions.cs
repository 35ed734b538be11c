namespace Billing.Scheduler.Schedules;

/// <summary>The schedules by name. What comes with the program is in <c>schedules.json</c>; configuration adds to it or changes it.</summary>
public sealed class SchedulesOptions
{
    public const string Section = "Schedules";

    /// <summary>Keyed by name: 1 to 64 small letters, digits and dashes.</summary>
    public Dictionary<string, ScheduleOptions> ByName { get; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>One schedule as it is written in configuration.</summary>
public sealed class ScheduleOptions
{
    /// <summary>
    /// What a tick publishes: <c>StartMonthClose</c> for the month before the due time, <c>StartSeatRefresh</c> or <c>StartReconciliation</c>.
    /// </summary>
    public string? Command { get; set; }

    /// <summary>When it is due, as Quartz writes it: second, minute, hour, day of month, month, day of week, and a year if need be.</summary>
    public string? Cron { get; set; }

    /// <summary>IANA zone in which the cron is read and the month of a due time is found: <c>UTC</c> by default.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>
    /// What becomes of the newest tick that was missed: <c>CatchUp</c> (default) fires it however late, <c>Skip</c> passes over it once it is
    /// later than <see cref="Tolerance"/>. Older ones are passed over in either case.
    /// </summary>
    public string Misfire { get; set; } = nameof(Schedules.Misfire.CatchUp);

    /// <summary>How late a tick may be before <c>Skip</c> passes over it: 5 minutes by default, 1 minute to 31 days. A restart takes less.</summary>
    public TimeSpan Tolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>False puts the schedule to rest; what it would have fired meanwhile is not caught up.</summary>
    public bool Enabled { get; set; } = true;
}
