using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Slots;
using Billing.SeatRefresh.Subscriptions;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Refreshing;

/// <summary>A house for each test: a drain looks at every subscription that there is.</summary>
public sealed class When_something_goes_wrong : IAsyncLifetime
{
    static readonly DateTimeOffset Tick = DateTimeOffset.Parse("2026-10-15T06:00:00Z");

    /// <summary>The first pause is long, so that only the test's own steps of the clock end it, however slow the machine is.</summary>
    static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(10);

    readonly SeatRefreshHouse _house = new() { Settings = { ["Refreshing:FirstPause"] = $"{FirstPause}" } };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    Task<int> CountedAsync(int expected) =>
        Eventually.HoldsAsync(() => _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt != null)), count =>
            count == expected, $"{expected} subscriptions are counted");

    /// <summary>Six, as many as there are slots, and first in the order of dueness.</summary>
    static readonly string[] Bad = ["bad-1", "bad-2", "bad-3", "bad-4", "bad-5", "bad-6"];

    [Fact]
    public async Task Should_count_all_others_and_try_six_bad_ones_again_with_growing_pauses()
    {
        await _house.RegisterAsync([.. Bad.Concat(Enumerable.Range(0, 60).Select(i => $"good-{i:00}")).Select(id => Sample.Subscription(id))]);
        await _house.BreakInAsync(Sabotage.OfCounting(Bad));
        var began = _house.Clock.GetUtcNow();
        await _house.TickAsync(Tick);
        await CountedAsync(60);
        await FailedAsync(1);

        // 10 minutes, 20, 40, each up to a fifth more
        var pause = FirstPause;
        for (var failures = 1; failures <= 3; failures++, pause *= 2)
        {
            await FailedAsync(failures);
            var now = _house.Clock.GetUtcNow();
            var tries = await _house.AskAsync(db => db.Subscriptions.Where(x => x.Failures > 0).Select(x => x.RetryAt!.Value).ToListAsync());
            Assert.All(tries, at => Assert.InRange(at, began + pause, now + pause * 1.2));
            began = _house.Clock.GetUtcNow();
            _house.Clock.Advance(tries.Max() - now);
        }

        await FailedAsync(4);
        var failing = (await _house.StateAsync()).GetProperty("failing").EnumerateArray().ToList();
        Assert.Equal(Bad, failing.Select(x => x.GetProperty("subscriptionId").GetString()).Order());
        Assert.All(failing, x =>
            Assert.Contains($"{x.GetProperty("subscriptionId").GetString()} cannot be counted", x.GetProperty("reason").GetString(), StringComparison.Ordinal));

        await _house.BreakInAsync(Sabotage.IsOver);
        _house.Clock.Advance(TimeSpan.FromHours(2));
        await CountedAsync(66);
        Assert.Equal(0, await _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.Failures > 0 || x.LastError != null)));
        Assert.Equal(0, (await _house.StateAsync()).GetProperty("failing").GetArrayLength());
    }

    Task<int> FailedAsync(int times) => Eventually.HoldsAsync(
        () => _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.Failures == times && x.Claim == null)), count =>
            count == Bad.Length, $"six have failed {times} times");

    /// <summary>Clock steps back.</summary>
    [Fact]
    public async Task Should_count_nothing_again_when_the_clock_steps_back()
    {
        await _house.RegisterAsync([.. Enumerable.Range(0, 9).Select(i => Sample.Subscription($"s{i}"))]);
        await _house.TickAsync(Tick);
        var stamps = await StampsAsync();

        _house.Clock.SetTo(Tick.AddHours(-3));
        await _house.HandledAsync(new StartSeatRefresh { DueAt = Tick });
        await _house.TickAsync(Tick.AddHours(-6));      // and one that the scheduler, were it as confused, might send
        Assert.Equal(stamps, await StampsAsync());

        _house.Clock.SetTo(Tick.AddHours(25));          // and forward again: the next day's drain is as it should be
        await _house.TickAsync(Tick.AddHours(24));
        Assert.Equal(9, (await StampsAsync()).Count(at => at > Tick.AddHours(24)));
    }

    /// <summary>Tick during restart: missed while down.</summary>
    [Fact]
    public async Task Should_drain_once_for_a_tick_that_came_while_it_was_down()
    {
        await _house.RegisterAsync([.. Enumerable.Range(0, 9).Select(i => Sample.Subscription($"s{i}"))]);
        await _house.StopServiceAsync();
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick }, new StartSeatRefresh { DueAt = Tick });     // nobody is there; and it comes twice
        await _house.StartServiceAsync();
        await CountedAsync(9);
        await _house.IsOverAsync();
        await Eventually.HoldsAsync(_house.Broker.QueuesAreEmptyAsync, "both were heard");
        var stamps = await StampsAsync();

        await _house.StopServiceAsync();
        await _house.StartServiceAsync();
        await _house.HandledAsync(new StartSeatRefresh { DueAt = Tick });
        await _house.IsOverAsync();
        Assert.Equal(stamps, await StampsAsync());
        Assert.Equal(1, await _house.AskAsync(db => db.Ticks.CountAsync()));
        Assert.Equal(9, await _house.AskAsync(db => db.History.CountAsync()));
    }

    Task<List<DateTimeOffset?>> StampsAsync() =>
        _house.AskAsync(db => db.Subscriptions.OrderBy(x => x.SubscriptionId).Select(x => x.LastSeatRefreshAt).ToListAsync());

    /// <summary>What a process that was killed leaves behind: a slot and a claim, both leased.</summary>
    [Fact]
    public async Task Should_take_up_what_a_dead_process_left_when_its_leases_end()
    {
        await _house.SetAsync(new SetSeatRefresh { MaxRunning = 1 });
        await _house.RegisterAsync([.. Enumerable.Range(0, 6).Select(i => Sample.Subscription($"s{i}"))]);
        await _house.BreakInAsync($"""
            insert into "RefreshSlot" ("Number", "LeaseId", "LeasedUntil") values (1, gen_random_uuid(), '{_house.Clock.GetUtcNow().AddSeconds(30):O}');
            update "Subscription" set "Claim" = gen_random_uuid(), "NextRefreshAt" = '{_house.Clock.GetUtcNow().AddMinutes(2):O}',
                "RetryAt" = '{_house.Clock.GetUtcNow().AddMinutes(2):O}' where "SubscriptionId" = 's0';
            """);
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick });
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Ticks.AnyAsync()), "the tick was taken");
        await Eventually.HoldsAsync(_house.Broker.QueuesAreEmptyAsync, "all was heard");
        await CountedAsync(0);      // the only slot is taken

        _house.Clock.Advance(TimeSpan.FromSeconds(31));
        await CountedAsync(5);
        await _house.IsOverAsync();
        Assert.Null((await _house.SubscriptionAsync("s0")).LastSeatRefreshAt);

        _house.Clock.Advance(TimeSpan.FromMinutes(2));      // no tick is needed
        await CountedAsync(6);
    }
}
