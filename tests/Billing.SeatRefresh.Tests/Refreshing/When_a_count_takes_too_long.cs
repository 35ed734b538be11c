using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Refreshing;

public sealed class When_a_count_takes_too_long : IAsyncLifetime
{
    /// <summary>The time is so short that others fail, too, on a busy machine. They are tried again soon.</summary>
    readonly SeatRefreshHouse _house = new() { Settings = { ["Refreshing:JobTime"] = "00:00:02", ["Refreshing:FirstPause"] = "00:00:02" } };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>The job of old timed out as a whole when one account was slow.</summary>
    [Fact]
    public async Task Should_give_a_slow_one_its_time_and_no_more_and_count_the_others()
    {
        await _house.RegisterAsync([.. Enumerable.Range(0, 12).Select(i => Sample.Subscription($"s{i:00}"))]);
        await _house.BreakInAsync(Sabotage.SlowCounting("s03"));
        await _house.TellAsync(new StartSeatRefresh { DueAt = _house.Clock.GetUtcNow() });

        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt != null)), count =>
            count == 11, "all others are counted");
        var slow = await Eventually.HoldsAsync(() => _house.SubscriptionAsync("s03"), x => x.Failures > 0, "the slow one has failed");
        Assert.Equal("it took longer than 00:00:02", slow.LastError);
        Assert.Null(slow.LastSeatRefreshAt);
    }
}
