using Billing.Contracts.Scheduling.V1;
using Billing.Contracts.Seats.V1;
using Billing.Scheduler.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.Scheduler.Tests.Advancing;

/// <summary>A scheduler that owns a test clock, alone in its installation.</summary>
public sealed class When_the_test_clock_is_moved : IAsyncLifetime
{
    static readonly (string, string)[] TestClock = [("Clock:Test", "true"), ("Clock:Services:0", "scheduler"), ("Schedules:month-close:Enabled", "false")];

    readonly SchedulerHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_fire_each_schedule_once_at_each_of_its_times_on_the_way()
    {
        await _house.StartAsync(TestClock);
        var from = (await _house.ClockShownAsync()).GetProperty("now").GetDateTimeOffset();
        var to = new DateTimeOffset(from.UtcDateTime.Date.AddDays(3), TimeSpan.Zero);
        await _house.SayAsync(new AdvanceClock { To = to, RequestedBy = "test" });
        var came = await _house.HearsAsync<ClockAdvanced>();
        Assert.Equal(to, came.To);

        var ticks = await _house.HearsAllAsync<ScheduleFired>(fired => fired.DueAt <= to, (int)((to - from).TotalHours / 6) + 1);
        Assert.Equal(ticks.Select(tick => tick.DueAt).Order().Distinct(), ticks.Select(tick => tick.DueAt));
        Assert.All(ticks, tick => Assert.InRange(tick.FiredAt - tick.DueAt, TimeSpan.Zero, TimeSpan.FromHours(1)));
        Assert.Equal(to, ticks[^1].DueAt);
        Assert.Equal(ticks.Count, _house.Heard<StartSeatRefresh>(tick => tick.DueAt <= to).Count);
        Assert.True((await _house.ClockShownAsync()).GetProperty("now").GetDateTimeOffset() >= to);
    }
}
