using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Slots;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Refreshing;

public sealed class When_the_capacity_is_lowered : IAsyncLifetime
{
    /// <summary>Jobs hear of it at their next beat, which is every second here.</summary>
    readonly SeatRefreshHouse _house = new() { Settings = { ["Refreshing:ClaimAtOnce"] = "1", ["Refreshing:SlotLease"] = "00:00:03" } };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>
    /// Six jobs stand still, each with one subscription · only two may run from now on: four give back what they had · all are counted, two at a time.
    /// </summary>
    [Fact]
    public async Task Should_take_what_is_one_too_many_out_of_the_hands_of_its_jobs_and_count_it_all_the_same()
    {
        string[] ids = [.. Enumerable.Range(10, 12).Select(i => $"s{i}")];
        await _house.RegisterAsync([.. ids.Select(id => Sample.Subscription(id))]);
        await _house.BreakInAsync(Sabotage.HeldUp([.. ids.Select(id => (id, 1))]));
        await using (await _house.HoldUpAsync(1))
        {
            await _house.TellAsync(new StartSeatRefresh { DueAt = DateTimeOffset.Parse("2026-10-15T06:00:00Z") });
            await HeldAsync(6);
            await _house.SetAsync(new SetSeatRefresh { MaxRunning = 2 });
            await HeldAsync(2);
        }

        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt != null)), count =>
            count == 12, "all are counted");
        await _house.IsOverAsync();
        var leases = await _house.AskAsync(db => db.SlotLeases.AsNoTracking().ToListAsync());
        Assert.Equal(12, leases.Sum(lease => lease.Counted));
        Assert.All(leases.Where(lease => lease.Counted > 0), lease => Assert.InRange(lease.Slot, 1, 2));
        Assert.Equal(0, await _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.Failures > 0)));
    }

    Task<(int, int)> HeldAsync(int slots) => Eventually.HoldsAsync(
        () => _house.AskAsync(async db => (await db.Slots.CountAsync(x => x.LeaseId != null), await db.Subscriptions.CountAsync(x => x.Claim != null))), held =>
            held == (slots, slots), $"{slots} jobs have one each");
}
