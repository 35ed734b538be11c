using Billing.Contracts.Scheduling.V1;
using Billing.Scheduler.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Scheduler.Tests.Triggering;

/// <summary>Quartz itself, in its tables, in real time.</summary>
public sealed class When_quartz_wakes : IAsyncLifetime
{
    static readonly (string, string)[] EverySecond = [("Schedules:seat-refresh:Cron", "* * * * * ?")];

    readonly SchedulerHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_fire_each_due_time_once_from_two_processes()
    {
        await _house.StartAsync(EverySecond);
        await _house.StartAsync(EverySecond);
        await Eventually.HoldsAsync(() => Task.FromResult(_house.Heard<ScheduleFired>().Count), count => count >= 5, "five ticks");
        var fired = (await _house.AllFiredAsync()).Select(x => x.DueAt).ToList();
        Assert.Equal(fired.Distinct().Count(), fired.Count);
        Assert.All(_house.Heard<ScheduleFired>(), x =>
            Assert.True(x.FiredAt >= x.DueAt && x.FiredAt < x.DueAt.AddSeconds(15), $"due {x.DueAt:O}, fired {x.FiredAt:O}"));
    }

    [Fact]
    public async Task Should_go_on_in_the_other_process_when_one_stops()
    {
        await _house.StartAsync(EverySecond);
        await _house.HearsAsync<ScheduleFired>();
        await _house.StopAsync();
        var before = _house.Heard<ScheduleFired>().Count;
        await _house.StartAsync(EverySecond);
        await Eventually.HoldsAsync(() => Task.FromResult(_house.Heard<ScheduleFired>().Count), count => count >= before + 3, "three more ticks");
        var fired = await _house.AllFiredAsync();
        Assert.Equal(fired.Select(x => x.DueAt).Distinct().Count(), fired.Count);
    }

    [Fact]
    public async Task Should_forget_a_schedule_that_is_put_to_rest()
    {
        await _house.StartAsync(EverySecond);
        await _house.HearsAsync<ScheduleFired>();
        await _house.StopAsync();
        await _house.StartAsync(("Schedules:seat-refresh:Enabled", "false"));
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Schedules.AnyAsync(x => x.Name == "seat-refresh" && !x.Enabled)), "it is put to rest");
        Assert.Null(await _house.WakeAsync("seat-refresh"));
        Assert.Equal(["month-close"], (await _house.SchedulesAsync()).Select(x => x.GetProperty("name").GetString()));
    }
}
