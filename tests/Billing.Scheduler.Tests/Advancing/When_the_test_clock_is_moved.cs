using Billing.Contracts.Scheduling.V1;
using Billing.Contracts.Seats.V1;
using Billing.Hosting.Clocks;
using Billing.Scheduler.Tests.House;
using Billing.Testing;
using Microsoft.Extensions.DependencyInjection;
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
        var (from, to) = await SendAsync(days: 3);
        var came = await _house.HearsAsync<ClockAdvanced>();
        Assert.Equal(to, came.To);
        await EachTickIsThereOnceAsync(from, to);
        Assert.True((await NowAsync()) >= to);
    }

    [Fact]
    public async Task Should_go_on_after_a_restart_in_the_middle()
    {
        await _house.StartAsync(TestClock);
        var (from, to) = await SendAsync(days: 10);
        await _house.HearsAllAsync<ScheduleFired>(_ => true, 5);
        await _house.StopAsync();
        Assert.Empty(_house.Heard<ClockAdvanced>());

        await _house.StartAsync(TestClock);
        Assert.True((await NowAsync()) > from.AddDays(1), "the clock stands where it stood, or farther");
        await _house.HearsAsync<ClockAdvanced>();
        await EachTickIsThereOnceAsync(from, to);
    }

    [Fact]
    public async Task Should_be_moved_by_one_of_several_processes()
    {
        await _house.StartAsync(TestClock);
        await _house.StartAsync(TestClock);
        var (from, to) = await SendAsync(days: 3);
        await _house.HearsAsync<ClockAdvanced>();
        await EachTickIsThereOnceAsync(from, to);
        Assert.Single(_house.Heard<ClockAdvanced>());
    }

    [Fact]
    public async Task Should_stand_while_something_is_under_way_and_name_it()
    {
        var work = new Work();
        _house.Also = services => services.AddSingleton<IWorkInSight>(work);
        await _house.StartAsync(TestClock);
        var (from, to) = await SendAsync(days: 1);
        await Eventually.HoldsAsync(() => _house.ClockShownAsync(), clock => clock.GetProperty("waitsFor").EnumerateArray().Any(
            what => what.GetString() == "scheduler: a letter is being written"), "it is named");
        Assert.InRange(await NowAsync() - from, TimeSpan.Zero, TimeSpan.FromHours(1));
        Assert.Empty(_house.Heard<ScheduleFired>(tick => tick.DueAt > from.AddHours(1)));

        work.IsUnderWay = false;
        await _house.HearsAsync<ClockAdvanced>();
        await EachTickIsThereOnceAsync(from, to);
    }

    sealed class Work : IWorkInSight
    {
        public bool IsUnderWay { get; set; } = true;

        public Task LookAsync(Sighting sighting, DateTimeOffset now, CancellationToken cancellationToken)
        {
            if (IsUnderWay)
                sighting.UnderWay("a letter is being written");
            return Task.CompletedTask;
        }
    }

    async Task<DateTimeOffset> NowAsync() => (await _house.ClockShownAsync()).GetProperty("now").GetDateTimeOffset();

    async Task<(DateTimeOffset From, DateTimeOffset To)> SendAsync(int days)
    {
        var from = await NowAsync();
        var to = new DateTimeOffset(from.UtcDateTime.Date.AddDays(days), TimeSpan.Zero);
        await _house.SayAsync(new AdvanceClock { To = to, RequestedBy = "test" });
        return (from, to);
    }

    /// <summary>Every six hours one, on its hour, up to and with the last.</summary>
    async Task EachTickIsThereOnceAsync(DateTimeOffset from, DateTimeOffset to)
    {
        var first = new DateTimeOffset(from.UtcDateTime.Date.AddHours(6 * (int)Math.Floor(from.TimeOfDay.TotalHours / 6 + 1)), TimeSpan.Zero);
        var due = Enumerable.Range(0, (int)((to - first).TotalHours / 6) + 1).Select(at => first.AddHours(6 * at)).ToList();
        var ticks = await _house.HearsAllAsync<ScheduleFired>(tick => tick.DueAt <= to, due.Count);
        Assert.Equal(due, ticks.Select(tick => tick.DueAt).Order());
        Assert.All(ticks, tick => Assert.InRange(tick.FiredAt - tick.DueAt, TimeSpan.Zero, TimeSpan.FromHours(1)));
        Assert.Equal(due, (await _house.HearsAllAsync<StartSeatRefresh>(tick => tick.DueAt <= to, due.Count)).Select(tick => tick.DueAt).Order());
    }
}
