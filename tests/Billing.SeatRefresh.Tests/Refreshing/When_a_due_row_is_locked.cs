using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Refreshing;

public sealed class When_a_due_row_is_locked : IAsyncLifetime
{
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    readonly SeatRefreshHouse _house = new() { Settings = { ["Refreshing:LookEvery"] = $"{LookEvery}" } };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>One is due and somebody has it: a look every two seconds, and no job after job (296 leases in ten seconds).</summary>
    [Fact]
    public async Task Should_look_again_and_not_run_job_after_job()
    {
        await _house.RegisterAsync(Sample.Subscription("s1"));
        await using (await _house.HoldAsync("s1"))
        {
            await _house.TellAsync(new StartSeatRefresh { DueAt = DateTimeOffset.Parse("2026-10-15T06:00:00Z") });
            await Eventually.HoldsAsync(() => _house.AskAsync(db => db.SlotLeases.CountAsync()), count => count >= 4, "it was looked at again and again");
        }

        var taken = await _house.AskAsync(db => db.SlotLeases.OrderBy(lease => lease.TakenAt).Select(lease => lease.TakenAt).Take(4).ToListAsync());
        // Four looks are three pauses; the first may be short, since the tick and the timer both wake the worker.
        Assert.True(taken[^1] - taken[0] >= 1.5 * LookEvery, $"four jobs in {taken[^1] - taken[0]}");
        await Eventually.HoldsAsync(() => _house.SubscriptionAsync("s1"), x => x.LastSeatRefreshAt is not null, "it is counted when it is free");
    }
}
