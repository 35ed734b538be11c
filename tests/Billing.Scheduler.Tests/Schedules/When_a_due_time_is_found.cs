using Billing.Scheduler.Schedules;
using Xunit;

namespace Billing.Scheduler.Tests.Schedules;

public sealed class When_a_due_time_is_found
{
    const string NewYork = "America/New_York";

    static readonly ScheduleDefinition MonthClose =
        new("month-close", Command.StartMonthClose, "0 0 13 1 * ?", "UTC", Misfire.CatchUp, TimeSpan.FromMinutes(5));

    static ScheduleDefinition Daily(string time, string zone = NewYork) =>
        MonthClose with { Cron = $"0 {time[3..]} {int.Parse(time[..2])} * * ?", TimeZone = zone };

    static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant);

    /// <summary>Wakes every ten minutes and notes what is due, as the service does.</summary>
    static List<DateTimeOffset> DueBetween(ScheduleDefinition schedule, string from, string to)
    {
        var (considered, dues) = (At(from), new List<DateTimeOffset>());
        for (var now = considered; now <= At(to); now = now.AddMinutes(10))
            if (DueTime.Newest(schedule, considered, now) is { } due)
                dues.Add(considered = due);
        return dues;
    }

    [Fact]
    public void Should_be_due_at_its_second_and_not_before()
    {
        var considered = At("2026-10-20T00:00:00Z");
        Assert.Null(DueTime.Newest(MonthClose, considered, At("2026-11-01T12:59:59.999Z")));
        Assert.Equal(At("2026-11-01T13:00:00Z"), DueTime.Newest(MonthClose, considered, At("2026-11-01T13:00:00Z")));
        Assert.Equal(At("2026-11-01T13:00:00Z"), DueTime.Newest(MonthClose, considered, At("2026-11-01T13:00:00.4Z")));
    }

    [Fact]
    public void Should_be_due_once()
    {
        var due = At("2026-11-01T13:00:00Z");
        Assert.Null(DueTime.Newest(MonthClose, due, At("2026-11-01T13:00:00.5Z")));
        Assert.Null(DueTime.Newest(MonthClose, due, At("2026-11-30T23:59:59Z")));
    }

    [Fact]
    public void Should_catch_up_only_the_newest_of_several_missed() =>
        Assert.Equal(At("2026-12-01T13:00:00Z"), DueTime.Newest(MonthClose, At("2026-08-15T00:00:00Z"), At("2026-12-24T00:00:00Z")));

    [Fact]
    public void Should_not_fire_again_when_the_clock_steps_back()
    {
        var due = At("2026-11-01T13:00:00Z");
        Assert.Null(DueTime.Newest(MonthClose, due, At("2026-11-01T12:30:00Z")));
        Assert.Null(DueTime.Newest(MonthClose, due, At("2026-10-01T13:00:00Z")));
        Assert.Equal(At("2026-12-01T13:00:00Z"), DueTime.Next(MonthClose, due, At("2026-10-01T13:00:00Z")));
    }

    [Fact]
    public void Should_fire_a_daily_schedule_once_on_the_day_of_the_fall_back_hour() =>
        // 01:30 comes at 05:30Z in summer time and again at 06:30Z in winter time
        Assert.Equal([At("2026-10-31T05:30:00Z"), At("2026-11-01T05:30:00Z"), At("2026-11-02T06:30:00Z")],
            DueBetween(Daily("01:30"), "2026-10-31T00:00:00Z", "2026-11-02T23:00:00Z"));

    [Theory]
    [InlineData("2026-11-01T05:40:00Z")]    // looked at after the first 01:30
    [InlineData("2026-11-01T06:10:00Z")]    // between the two
    [InlineData("2026-11-01T06:40:00Z")]    // after the second
    public void Should_not_find_the_second_one_of_the_fall_back_hour_whenever_it_looks(string from)
    {
        Assert.Null(DueTime.Newest(Daily("01:30"), At(from), At("2026-11-01T12:00:00Z")));
        Assert.Equal(At("2026-11-02T06:30:00Z"), DueTime.Next(Daily("01:30"), At(from), At(from)));
        Assert.Equal(At("2026-11-01T05:30:00Z"), DueTime.Newest(Daily("01:30"), At("2026-10-31T12:00:00Z"), At(from)));
    }

    [Fact]
    public void Should_find_the_newest_of_a_long_time_quickly() =>
        Assert.Equal(At("2026-11-01T12:00:00Z"),
            DueTime.Newest(MonthClose with { Cron = "* * * * * ?" }, At("2006-01-01T00:00:00Z"), At("2026-11-01T12:00:00.5Z")));

    [Fact]
    public void Should_fire_a_daily_schedule_once_on_a_day_without_its_hour() =>
        // 02:30 does not exist on 8 March: the first instant after the gap is 03:00, which is 07:00Z
        Assert.Equal([At("2026-03-07T07:30:00Z"), At("2026-03-08T07:00:00Z"), At("2026-03-09T06:30:00Z")],
            DueBetween(Daily("02:30"), "2026-03-07T00:00:00Z", "2026-03-09T23:00:00Z"));

    [Theory]
    [InlineData("2026-11-01T04:10:00Z", "2026-11-01T08:10:00Z")]    // an hour twice
    [InlineData("2026-03-08T05:10:00Z", "2026-03-08T09:10:00Z")]    // an hour missing
    public void Should_keep_real_time_when_hourly(string from, string to)
    {
        var dues = DueBetween(MonthClose with { Cron = "0 0 * * * ?", TimeZone = NewYork }, from, to);
        Assert.Equal(4, dues.Count);
        Assert.All(dues.Zip(dues.Skip(1)), pair => Assert.Equal(TimeSpan.FromHours(1), pair.Second - pair.First));
    }

    [Theory]
    [InlineData("2026-11-01T13:00:00Z", "UTC", "2026-10")]
    [InlineData("2027-01-01T13:00:00Z", "UTC", "2026-12")]
    [InlineData("2026-11-01T03:30:00Z", NewYork, "2026-09")]            // still October there: the month before is September
    [InlineData("2026-10-31T15:30:00Z", "Asia/Tokyo", "2026-10")]       // already November there
    [InlineData("2028-03-31T13:00:00Z", "UTC", "2028-02")]
    public void Should_close_the_month_before_that_of_the_due_time(string due, string zone, string month) =>
        Assert.Equal(month, DueTime.MonthBefore(At(due), zone));

    [Theory]
    [InlineData(Misfire.CatchUp, "2027-01-01T00:00:00Z", false)]
    [InlineData(Misfire.Skip, "2026-11-01T13:05:00Z", false)]
    [InlineData(Misfire.Skip, "2026-11-01T13:05:01Z", true)]
    public void Should_be_too_late_only_where_it_is_skipped(Misfire misfire, string now, bool tooLate) =>
        Assert.Equal(tooLate, DueTime.IsTooLate(MonthClose with { Misfire = misfire }, At("2026-11-01T13:00:00Z"), At(now)));

    [Fact]
    public void Should_run_the_default_close_when_the_month_has_ended_in_every_zone()
    {
        // the last place on earth, UTC-12, enters November at noon UTC
        var due = DueTime.Next(MonthClose, At("2026-10-15T00:00:00Z"), At("2026-10-15T00:00:00Z"))!.Value;
        Assert.Equal(11, due.ToOffset(TimeSpan.FromHours(-12)).Month);
        Assert.Equal(10, due.AddHours(-1).AddTicks(-1).ToOffset(TimeSpan.FromHours(-12)).Month);
    }
}
