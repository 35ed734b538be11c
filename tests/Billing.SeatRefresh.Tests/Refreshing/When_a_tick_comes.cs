using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Refreshing;

/// <summary>A house for each test: a tick looks at every subscription that there is.</summary>
public sealed class When_a_tick_comes : IAsyncLifetime
{
    readonly SeatRefreshHouse _house = new() { Settings = { ["Refreshing:ClaimAtOnce"] = "1" } };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    static readonly DateTimeOffset Tick = DateTimeOffset.Parse("2026-10-15T06:00:00Z");

    Task<int> CountedAsync(int expected) =>
        Eventually.HoldsAsync(() => _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt != null)), count =>
            count == expected, $"{expected} subscriptions are counted");

    [Fact]
    public async Task Should_count_every_due_subscription()
    {
        // 11, and a job takes one at a time
        await _house.RegisterAsync([.. Enumerable.Range(0, 11).Select(i => Sample.Subscription($"s{i:00}"))]);
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick });
        await CountedAsync(11);
        Assert.Equal("seat-refresh", (await _house.ViewAsync("s00")).GetProperty("history")[0].GetProperty("changedBy").GetString());
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Settings.SingleAsync()), settings => !settings.Draining, "the drain is over");
        Assert.Equal(0, await _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.Claim != null || x.RetryAt != null)));
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Slots.CountAsync(slot => slot.LeaseId != null)), held =>
            held == 0, "every slot is given back");
    }

    [Fact]
    public async Task Should_leave_alone_what_is_not_due()
    {
        await _house.RegisterAsync(
            Sample.Subscription("due"), Sample.Subscription("fresh"), Sample.Subscription("trial") with { Trial = true },
            Sample.Subscription("free") with { Plan = "Free" }, Sample.Subscription("no-seats") with { Seats = 0 });
        await _house.RefreshAsync("fresh");
        var fresh = (await _house.SubscriptionAsync("fresh")).LastSeatRefreshAt;
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick });
        await CountedAsync(2);
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Settings.SingleAsync()), settings => !settings.Draining, "the drain is over");
        Assert.Equal(fresh, (await _house.SubscriptionAsync("fresh")).LastSeatRefreshAt);
        Assert.Equal(["due", "fresh"], await _house.AskAsync(db =>
            db.Subscriptions.Where(x => x.LastSeatRefreshAt != null).Select(x => x.SubscriptionId).Order().ToListAsync()));
    }

    [Fact]
    public async Task Should_count_again_after_a_day_the_oldest_first()
    {
        await _house.TellAsync(new SetSeatRefresh { MaxRunning = 1 });       // one after the other
        await _house.HearsAsync<SeatRefreshSet>();
        await _house.RegisterAsync(Sample.Subscription("a"), Sample.Subscription("b"));
        await _house.RefreshAsync("b");
        await _house.RefreshAsync("a");
        _house.Clock.Advance(TimeSpan.FromHours(23));
        // Until nothing is left to do: a drain that goes on would count b when it becomes due, before c is there.
        await _house.TickAsync(Tick.AddHours(23));
        _house.Clock.Advance(TimeSpan.FromHours(1.1));
        await _house.RegisterAsync(Sample.Subscription("c"));
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick.AddHours(24) });

        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt > Tick.AddHours(24))), count =>
            count == 3, "all are counted again");
        Assert.Equal(["c", "b", "a"], await _house.AskAsync(db =>
            db.Subscriptions.OrderBy(x => x.LastSeatRefreshAt).Select(x => x.SubscriptionId).ToListAsync()));
    }

    [Fact]
    public async Task Should_do_the_work_once_when_the_tick_is_replayed()
    {
        await _house.RegisterAsync(Sample.Subscription("s1"));
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick }, new StartSeatRefresh { DueAt = Tick },
            new StartSeatRefresh { DueAt = Tick.ToOffset(TimeSpan.FromHours(2)) });
        await CountedAsync(1);
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Settings.SingleAsync()), settings => !settings.Draining, "the drain is over");
        await Eventually.HoldsAsync(_house.Broker.QueuesAreEmptyAsync, "both replays were handled");
        _house.Clock.Advance(TimeSpan.FromDays(2));     // it would be due again, but this tick had its turn
        await _house.HandledAsync(new StartSeatRefresh { DueAt = Tick });
        await _house.IsOverAsync();
        Assert.True((await _house.SubscriptionAsync("s1")).LastSeatRefreshAt < Tick.AddDays(1));
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick.AddDays(2) });

        await Eventually.HoldsAsync(() => _house.SubscriptionAsync("s1"), x => x.LastSeatRefreshAt > Tick.AddDays(2), "the next tick counts it");
        Assert.Equal(2, await _house.AskAsync(db => db.Ticks.CountAsync()));
    }

    [Fact]
    public async Task Should_count_once_when_a_second_tick_comes_while_the_first_still_queues()
    {
        await _house.RegisterAsync([.. Enumerable.Range(0, 9).Select(i => Sample.Subscription($"s{i}"))]);
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick }, new StartSeatRefresh { DueAt = Tick.AddHours(6) });
        await CountedAsync(9);

        var first = await _house.AskAsync(db => db.Subscriptions.OrderBy(x => x.SubscriptionId).Select(x => x.LastSeatRefreshAt).ToListAsync());
        await _house.RegisterAsync(Sample.Subscription("last"));
        await _house.RefreshAsync("last");      // stands behind what both ticks asked for
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Ticks.CountAsync()), count => count == 2, "both ticks were taken");
        Assert.Equal(first, await _house.AskAsync(db =>
            db.Subscriptions.Where(x => x.SubscriptionId != "last").OrderBy(x => x.SubscriptionId).Select(x => x.LastSeatRefreshAt).ToListAsync()));
    }
}
