using Billing.Contracts.Scheduling.V1;
using Billing.Scheduler.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Scheduler.Tests.Triggering;

public sealed class When_the_database_goes_away : IAsyncLifetime
{
    static readonly (string, string) EverySecond = ("Schedules:seat-refresh:Cron", "* * * * * ?");
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    readonly SchedulerHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_start_firing_when_it_comes_up_after_us()
    {
        await using var wire = SchedulerHouse.WireToDatabase(cut: true);
        await _house.LaunchAsync(EverySecond, _house.Through(wire));
        wire.Mend();
        await Eventually.HoldsAsync(() => Task.FromResult(_house.Heard<ScheduleFired>().Count), count => count >= 3, "three ticks", Limit);
    }

    [Fact]
    public async Task Should_still_wake_when_it_failed_while_quartz_got_up()
    {
        // the tables are made before Quartz gets up, which looks at each of their columns then
        await _house.StartAsync(EverySecond);
        await _house.HearsAsync<ScheduleFired>();
        await _house.StopAsync();
        await _house.BreakInAsync("alter table qrtz_triggers rename column trigger_state to gone");
        await _house.LaunchAsync(EverySecond);
        var (isReady, said) = await Eventually.HoldsAsync(() => _house.ReadinessAsync(0),
            seen => seen.Said.Contains("Quartz cannot start: ", StringComparison.Ordinal), "readiness says why", Limit);
        Assert.False(isReady);
        Assert.Contains("trigger_state", said, StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Database.SqlQueryRaw<bool>(
            """select xact_rollback >= 3 as "Value" from pg_stat_database where datname = current_database()""").SingleAsync()),
            "Quartz gave up, and was begun anew", Limit);
        await _house.BreakInAsync("alter table qrtz_triggers rename column gone to trigger_state");

        var mendedAt = _house.Clock.GetUtcNow();
        await Eventually.HoldsAsync(() => Task.FromResult(_house.Heard<ScheduleFired>(x => x.DueAt >= mendedAt).Count), count => count >= 3, "three ticks", Limit);
        await Eventually.HoldsAsync(async () => (await _house.ReadinessAsync(0)).IsReady, "it is ready again", Limit);
    }

    [Fact]
    public async Task Should_go_on_firing_each_due_time_once_when_it_is_back()
    {
        await using var wire = SchedulerHouse.WireToDatabase();
        await _house.StartAsync(EverySecond, _house.Through(wire));
        await _house.HearsAsync<ScheduleFired>();
        wire.Cut();
        var cutAt = _house.Clock.GetUtcNow();
        await Eventually.HoldsAsync(() => Task.FromResult(_house.Clock.GetUtcNow() - cutAt), away => away > TimeSpan.FromSeconds(3), "it is away for a while");
        wire.Mend();
        var mendedAt = _house.Clock.GetUtcNow();

        await Eventually.HoldsAsync(() => Task.FromResult(_house.Heard<ScheduleFired>(x => x.DueAt >= mendedAt).Count), count => count >= 3, "three more ticks", Limit);
        // a message that left while its row could not be removed leaves again with the same id, and a receiver knows it by that
        var fired = await _house.AllFiredAsync();
        Assert.Equal(fired.Select(x => x.DueAt).Distinct().Count(), fired.DistinctBy(x => (x.DueAt, x.FiredAt)).Count());
    }
}
