using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Refreshing;
using Billing.SeatRefresh.Slots;
using Billing.SeatRefresh.Subscriptions;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Refreshing;

/// <summary>
/// A process that stands still for longer than its slot's lease does not know that it did. What it goes on to do must not happen beside the one that has
/// the slot now.
/// </summary>
public sealed class When_a_process_stands_still : IAsyncLifetime
{
    static readonly DateTimeOffset Tick = DateTimeOffset.Parse("2026-10-15T06:00:00Z");
    static readonly TimeSpan Longer = TimeSpan.FromMinutes(11);

    /// <summary>Beats are real time, and none comes while the clock of the test jumps; a claim outlives the slot.</summary>
    static Dictionary<string, string?> Slow(string lookEvery) => new()
    {
        ["Refreshing:SlotLease"] = "00:10:00",
        ["Refreshing:ClaimTime"] = "01:00:00",
        ["Refreshing:JobTime"] = "00:05:00",
        ["Refreshing:LookEvery"] = lookEvery
    };

    readonly SeatRefreshHouse _house = new() { Settings = Slow(lookEvery: "00:05:00") };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_claim_nothing_in_a_slot_that_went_to_another()
    {
        var (slots, due) = (_house.Part<SlotStore>(), _house.Part<DueSubscriptions>());
        await _house.SetAsync(new SetSeatRefresh { MaxRunning = 1 });
        await _house.RegisterAsync(Sample.Subscription("s1"));
        var stalled = await slots.TakeAsync(default);
        _house.Clock.Jump(Longer);
        var successor = await slots.TakeAsync(default);
        Assert.Equal(stalled!.Number, successor!.Number);

        Assert.Null(await due.ClaimAsync(stalled, 0, default));
        Assert.Equal(0, await _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.Claim != null)));
        Assert.Equal("s1", Assert.Single((await due.ClaimAsync(successor, 0, default))!).SubscriptionId);
    }

    [Fact]
    public async Task Should_save_nothing_in_a_slot_that_went_to_another()
    {
        var (slots, due, job) = (_house.Part<SlotStore>(), _house.Part<DueSubscriptions>(), _house.Part<RefreshJob>());
        await _house.SetAsync(new SetSeatRefresh { MaxRunning = 1 });
        await _house.RegisterAsync(Sample.Subscription("s1"), Sample.Subscription("s2"));
        var stalled = await slots.TakeAsync(default);
        var claimed = await due.ClaimAsync(stalled!, 0, default);
        _house.Clock.Jump(Longer);
        var successor = await slots.TakeAsync(default);

        await Assert.ThrowsAsync<SlotLostException>(() => job.RunAsync(stalled!, claimed!, default));
        Assert.Equal(0, await _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt != null || x.Failures > 0)));
        await slots.GiveBackAsync(stalled!, 0, default);
        Assert.Equal(successor!.LeaseId, await _house.AskAsync(db => db.Slots.Select(slot => slot.LeaseId).SingleAsync()));
        Assert.Null(await _house.AskAsync(db =>
            db.SlotLeases.Where(lease => lease.LeaseId == stalled!.LeaseId).Select(lease => lease.ReleasedAt).SingleAsync()));
    }

    /// <summary>The claim is written, and then the plan ends before the job gets to it: what the job had is gone.</summary>
    [Fact]
    public async Task Should_leave_alone_what_was_taken_out_of_its_hands()
    {
        var (slots, due, job) = (_house.Part<SlotStore>(), _house.Part<DueSubscriptions>(), _house.Part<RefreshJob>());
        await _house.RegisterAsync(Sample.Subscription("s1"), Sample.Subscription("s2"));
        var slot = await slots.TakeAsync(default);
        var claimed = await due.ClaimAsync(slot!, 0, default);
        await _house.TellAsync(Sample.Subscription("s1") with { Plan = "free" });
        await Eventually.HoldsAsync(() => _house.SubscriptionAsync("s1"), x => x.Claim is null, "the plan has ended");
        Assert.Equal(1, await job.RunAsync(slot!, claimed!, default));
        Assert.Equal(["s2"], await _house.AskAsync(db => db.Subscriptions.Where(x => x.LastSeatRefreshAt != null).Select(x => x.SubscriptionId).ToListAsync()));
        await slots.GiveBackAsync(slot!, 1, default);
    }

    /// <summary>A claim that ended, and was taken by another job: only the other one may save.</summary>
    [Fact]
    public async Task Should_save_nothing_under_a_claim_that_ended()
    {
        var (slots, due, job) = (_house.Part<SlotStore>(), _house.Part<DueSubscriptions>(), _house.Part<RefreshJob>());
        await _house.RegisterAsync(Sample.Subscription("s1"));
        var (one, other) = (await slots.TakeAsync(default), await slots.TakeAsync(default));
        var first = await due.ClaimAsync(one!, 0, default);
        _house.Clock.Jump(TimeSpan.FromMinutes(61));        // longer than a claim, and nobody has asked for the slots
        var second = await due.ClaimAsync(other!, 0, default);
        Assert.Equal(0, await job.RunAsync(one!, first!, default));
        Assert.Null((await _house.SubscriptionAsync("s1")).LastSeatRefreshAt);
        Assert.Equal(1, await job.RunAsync(other!, second!, default));
        await slots.GiveBackAsync(one!, 0, default);
        await slots.GiveBackAsync(other!, 1, default);
    }

    /// <summary>
    /// One slot. The first process stands still with s0 to s3 in its hands · its lease ends · a second takes the slot, and s4 to s7 · the first goes on: it may
    /// save nothing while the second is at work, gives back what it had, and the second counts that, too.
    /// </summary>
    [Fact]
    public async Task Should_never_run_beside_the_one_that_took_its_slot()
    {
        await _house.SetAsync(new SetSeatRefresh { MaxRunning = 1 });
        for (var i = 0; i < 8; i++)
            await _house.RegisterAsync(Sample.Subscription($"s{i}"));
        await _house.BreakInAsync(
            """update "Subscription" set "NextRefreshAt" = '2026-01-01T00:00:00Z'::timestamptz + right("SubscriptionId", 1)::int * interval '1 second' """);
        await _house.BreakInAsync(Sabotage.HeldUp(("s0", 1), ("s4", 2)));
        var (first, second) = (await _house.HoldUpAsync(1), await _house.HoldUpAsync(2));
        await _house.TellAsync(new StartSeatRefresh { DueAt = Tick });
        await ClaimedAsync(4);

        _house.Clock.Jump(Longer);
        await using var another = await _house.StartAnotherAsync(Slow(lookEvery: "00:00:00.2"));
        await ClaimedAsync(8);
        await first.DisposeAsync();
        await ClaimedAsync(4);      // given back, and nobody has a slot for them
        Assert.Equal(0, await _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt != null)));
        await second.DisposeAsync();
        await Eventually.HoldsAsync(() => _house.AskAsync(db =>
            db.Subscriptions.CountAsync(x => x.Version == 1 && x.LastSeatRefreshAt != null && x.Claim == null)), count => count == 8, "all are counted");
        await _house.IsOverAsync();

        var leases = await _house.AskAsync(db => db.SlotLeases.AsNoTracking().OrderBy(lease => lease.TakenAt).ToListAsync());
        Assert.Equal([(0, false), (8, true)], leases.Select(lease => (lease.Counted, lease.ReleasedAt is not null)));
        Assert.Equal(1, leases.Max(one => leases.Count(other => other.TakenAt <= one.TakenAt && (other.ReleasedAt ?? other.LeasedUntil) > one.TakenAt)));
    }

    Task<int> ClaimedAsync(int expected) =>
        Eventually.HoldsAsync(() => _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.Claim != null)), count =>
            count == expected, $"{expected} are claimed");
}
