using Billing.Scheduler.Schedules;
using Xunit;

namespace Billing.Scheduler.Tests.Schedules;

/// <summary>
/// Ten years of virtual time, in five zones that set their clocks at other hours, one of them by half an hour and two at midnight. Three processes take turns;
/// their clocks differ, and step forward and back; they are restarted, wake for nothing, and are away for weeks. What has to fire is worked out from the days of
/// the calendar, without cron. Each case says its seed.
/// </summary>
public sealed class When_ten_years_pass
{
    static readonly DateTimeOffset From = DateTimeOffset.Parse("2026-10-15T00:00:30Z");
    static readonly DateTimeOffset To = From.AddYears(10);

    static readonly string[] Zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo"];

    /// <summary>A calendar: its cron, its times of a day, its day of the month, and the shortest time between two of its due times.</summary>
    sealed record Calendar(string Cron, TimeSpan[] Times, int? Day, TimeSpan Shortest);

    static readonly Dictionary<string, Calendar> Calendars = new()
    {
        ["monthly"] = new("0 0 13 1 * ?", [TimeSpan.FromHours(13)], 1, TimeSpan.FromDays(27)),
        ["daily at midnight"] = new("0 0 0 * * ?", [TimeSpan.Zero], null, TimeSpan.FromHours(22)),
        ["daily in the hour that is twice or not at all"] = new("0 30 2 * * ?", [new TimeSpan(2, 30, 0)], null, TimeSpan.FromHours(22)),
        ["daily in the hour before"] = new("0 15 1 * * ?", [new TimeSpan(1, 15, 0)], null, TimeSpan.FromHours(22)),
        ["every six hours"] = new("0 0 0/6 * * ?", [.. Enumerable.Range(0, 4).Select(at => TimeSpan.FromHours(6 * at))], null, TimeSpan.FromHours(4.5)),
    };

    public static TheoryData<string, string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, int>();
            foreach (var zone in Zones)
                foreach (var calendar in Calendars.Keys)
                    cases.Add(zone, calendar, 17 + cases.Count);
            return cases;
        }
    }

    /// <summary>Nobody is away for as long as from one due time to the next: each of them fires, once.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Should_fire_each_due_time_once(string zone, string calendar, int seed)
    {
        var world = new World(Calendars[calendar], zone, seed);
        var due = DueTimes(Calendars[calendar], zone);
        var most = Calendars[calendar].Shortest / 4;
        while (world.Truth < To)
            world.Step(most, skew: most);
        Assert.Equal(due.Where(at => at <= world.Seen).ToList(), world.Fired);
    }

    /// <summary>After a time in which everybody was away the newest is caught up, the others are not, and nothing comes twice.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Should_catch_up_the_newest_after_a_time_away(string zone, string calendar, int seed)
    {
        var world = new World(Calendars[calendar], zone, seed);
        var due = DueTimes(Calendars[calendar], zone);
        while (world.Truth < To)
        {
            var before = world.Seen;
            var away = TimeSpan.FromDays(Math.Min(90, 60 * Calendars[calendar].Shortest.TotalDays));
            world.Step(world.Random.Next(10) == 0 ? away : Calendars[calendar].Shortest / 2, skew: Calendars[calendar].Shortest * 3);
            var missed = due.LastOrDefault(at => at > before && at <= world.Seen);
            Assert.Equal(missed, missed == default ? default : world.Fired[^1]);
        }

        Assert.Equal(world.Fired.Distinct().Order(), world.Fired);
        Assert.Empty(world.Fired.Except(due));
        Assert.NotEmpty(world.Fired);
    }

    /// <summary>From the days of the calendar: a time that a day has twice comes the first time, and one that it has not at the end of the gap.</summary>
    static List<DateTimeOffset> DueTimes(Calendar calendar, string zoneName)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        var due = new SortedSet<DateTimeOffset>();
        for (var day = From.UtcDateTime.Date.AddDays(-2); day < To.UtcDateTime.Date.AddDays(200); day = day.AddDays(1))
            if (calendar.Day is null || calendar.Day == day.Day)
                foreach (var time in calendar.Times)
                    due.Add(InstantOf(DateTime.SpecifyKind(day + time, DateTimeKind.Unspecified), zone));
        return [.. due.Where(at => at > From)];
    }

    static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>Three processes over one row.</summary>
    sealed class World(Calendar calendar, string zone, int seed)
    {
        readonly TimeSpan[] _skews = new TimeSpan[3];
        readonly HashSet<DateTimeOffset> _rows = [];
        ScheduleState _row = new()
        {
            Name = "virtual",
            Command = Command.StartReconciliation,
            Cron = calendar.Cron,
            TimeZone = zone,
            Misfire = Misfire.CatchUp,
            Tolerance = TimeSpan.FromMinutes(5),
            Considered = From
        };

        public Random Random { get; } = new(seed);

        public DateTimeOffset Truth { get; private set; } = From;

        /// <summary>The latest that any clock has shown to one who looked.</summary>
        public DateTimeOffset Seen { get; private set; } = From;

        public List<DateTimeOffset> Fired { get; } = [];

        /// <summary>Time passes; then one of them wakes, or several, or the same one twice.</summary>
        public void Step(TimeSpan most, TimeSpan skew)
        {
            Truth += most * Random.NextDouble();
            if (Random.Next(20) == 0)
                _skews[Random.Next(3)] = skew * (Random.NextDouble() - 0.5);        // a clock steps
            if (Random.Next(50) == 0)
                _row = Restarted(_row);
            for (var wakes = Random.Next(1, 4); wakes > 0; wakes--)
                Wake(Truth + _skews[Random.Next(3)]);
        }

        void Wake(DateTimeOffset now)
        {
            Seen = now > Seen ? now : Seen;
            if (_row.Take(now) is { } tick && _rows.Add(tick.DueAt))
                Fired.Add(tick.DueAt);
        }

        /// <summary>Only what is in the row outlives a process; the configuration is adopted anew.</summary>
        static ScheduleState Restarted(ScheduleState row) => new()
        {
            Name = row.Name,
            Command = row.Command,
            Cron = row.Cron,
            TimeZone = row.TimeZone,
            Misfire = row.Misfire,
            Tolerance = row.Tolerance,
            Considered = row.Considered,
            LastDueAt = row.LastDueAt,
            LastFiredAt = row.LastFiredAt
        };
    }
}
