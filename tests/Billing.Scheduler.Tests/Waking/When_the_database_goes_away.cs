using Billing.Contracts.Scheduling.V1;
using Billing.Scheduler.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.Scheduler.Tests.Waking;

public sealed class When_the_database_goes_away : IAsyncLifetime
{
    static readonly (string, string) EverySecond = ("Schedules:seat-refresh:Cron", "* * * * * ?");
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly SchedulerHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_start_firing_when_it_comes_up_after_us()
    {
        await using var wire = SchedulerHouse.WireToDatabase(cut: true);
        await _house.LaunchAsync(EverySecond, _house.Through(wire));
        wire.Mend();
        await Eventually.HoldsAsync(() => Task.FromResult(_house.Heard<ScheduleFired>().Count), count => count >= 3, "three ticks", Patience);
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

        await Eventually.HoldsAsync(() => Task.FromResult(_house.Heard<ScheduleFired>(x => x.DueAt >= mendedAt).Count), count => count >= 3, "three more ticks", Patience);
        // a message that left while its row could not be removed leaves again with the same id, and a receiver knows it by that
        var fired = await _house.AllFiredAsync();
        Assert.Equal(fired.Select(x => x.DueAt).Distinct().Count(), fired.DistinctBy(x => (x.DueAt, x.FiredAt)).Count());
    }
}
