using System.Globalization;

namespace Billing.Scheduler.Schedules;

/// <summary>When a schedule is due. The calendar and two instants decide, nothing else: not who asks, nor how often.</summary>
static class DueTime
{
    //    considered     due      due      now
    //    |---------------x--------x--------|      the newest one, once; the older one is passed over

    /// <summary>The first span of the past that is searched: 1 minute, and then 16 times as much until something is found or all is searched.</summary>
    static readonly TimeSpan FirstSpan = TimeSpan.FromMinutes(1);

    /// <summary>The newest due time after what was considered before, up to now; null when there is none. When the clock stepped back there is none.</summary>
    public static DateTimeOffset? Newest(ScheduleDefinition schedule, DateTimeOffset considered, DateTimeOffset now)
    {
        for (var span = FirstSpan; considered < now; span *= 16)
        {
            var from = now - considered > span ? now - span : considered;
            if (After(schedule, from).TakeWhile(due => due <= now).Cast<DateTimeOffset?>().LastOrDefault() is { } newest)
                return newest;
            if (from == considered)
                break;
        }

        return null;
    }

    public static DateTimeOffset? Next(ScheduleDefinition schedule, DateTimeOffset considered, DateTimeOffset now) =>
        Coming(schedule, considered, now).Cast<DateTimeOffset?>().FirstOrDefault();

    /// <summary>The due times to come, as many as are asked for.</summary>
    public static IEnumerable<DateTimeOffset> Coming(ScheduleDefinition schedule, DateTimeOffset considered, DateTimeOffset now) =>
        After(schedule, considered > now ? considered : now);

    /// <summary>
    /// The due times in their order. Quartz gives an hour that comes twice its due time once, but only when it is asked from before that hour: asked
    /// from within the second, it does not know the first.
    /// </summary>
    static IEnumerable<DateTimeOffset> After(ScheduleDefinition schedule, DateTimeOffset instant)
    {
        var times = schedule.Times;
        var isRepeated = times.TimeZone.IsAmbiguousTime(TimeZoneInfo.ConvertTime(instant, times.TimeZone));
        for (var due = times.GetNextValidTimeAfter(isRepeated ? instant - LongestRepeat
            : instant); due is not null; due = times.GetNextValidTimeAfter(due.Value))
            if (due > instant)
                yield return due.Value;
    }

    /// <summary>No zone has set its clocks back by as much: 3 hours.</summary>
    static readonly TimeSpan LongestRepeat = TimeSpan.FromHours(3);

    /// <summary>Whether a tick that comes so late is passed over.</summary>
    public static bool IsTooLate(ScheduleDefinition schedule, DateTimeOffset due, DateTimeOffset now) =>
        schedule.Misfire == Misfire.Skip && now - due > schedule.Tolerance;

    /// <summary>The month that a tick closes: the one before that of its due time, in the schedule's zone. A tick fired late closes the same one.</summary>
    public static string MonthBefore(DateTimeOffset due, string timeZone)
    {
        var local = TimeZoneInfo.ConvertTime(due, TimeZoneInfo.FindSystemTimeZoneById(timeZone));
        return new DateOnly(local.Year, local.Month, 1).AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture);
    }
}
