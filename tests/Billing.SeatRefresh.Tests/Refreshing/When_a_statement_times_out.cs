using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Refreshing;

/// <summary>
/// A statement of ours that takes too long is the failure of what it was about. It was taken for a database that is away, and tried for ever: none of ten was
/// counted after 40 seconds, and nobody was told.
/// </summary>
public sealed class When_a_statement_times_out : IAsyncLifetime
{
    /// <summary>Others may fail, too, on a busy machine. They are tried again soon; a slow one is so each time.</summary>
    readonly SeatRefreshHouse _house = new()
    {
        Connection = ";Command Timeout=3",
        Settings = { ["Refreshing:JobTime"] = "00:01:00", ["Refreshing:FirstPause"] = "00:00:02", ["Refreshing:ClaimAtOnce"] = "10" }
    };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    Task<int> CountedAsync(int expected) =>
        Eventually.HoldsAsync(() => _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt != null)), count =>
            count == expected, $"{expected} are counted");

    async Task FailedAsync(string id)
    {
        var slow = await Eventually.HoldsAsync(() => _house.SubscriptionAsync(id), x => x.Failures > 0, $"{id} has failed");
        Assert.Equal("a statement took longer than the database allows", slow.LastError);
        Assert.Null(slow.LastSeatRefreshAt);
    }

    [Fact]
    public async Task Should_count_nine_of_ten_and_say_why_the_tenth_is_not()
    {
        await _house.RegisterAsync([.. Enumerable.Range(0, 10).Select(i => Sample.Subscription($"s{i}"))]);
        await _house.BreakInAsync(Sabotage.SlowCounting("s3"));
        await _house.TellAsync(new StartSeatRefresh { DueAt = _house.Clock.GetUtcNow() });
        await CountedAsync(9);
        await FailedAsync("s3");
    }

    [Fact]
    public async Task Should_pass_by_one_that_the_batch_cannot_count_in_time()
    {
        await _house.SetAsync(new SetSeatRefresh { Jobs = "off", Batch = "on" });
        await _house.RegisterAsync([.. Enumerable.Range(0, 10).Select(i => Sample.Subscription($"s{i}"))]);
        await _house.BreakInAsync(Sabotage.SlowCounting("s3"));
        await _house.TellAsync(new StartSeatRefresh { DueAt = _house.Clock.GetUtcNow() });
        await CountedAsync(9);
        await FailedAsync("s3");
    }

    /// <summary>Eight of them kept a ninth waiting for a minute, and would have for ever.</summary>
    [Fact]
    public async Task Should_end_eight_slow_requests_and_do_the_ninth()
    {
        string[] slow = [.. Enumerable.Range(0, 8).Select(i => $"slow-{i}")];
        await _house.RegisterAsync([.. slow.Append("quick").Select(id => Sample.Subscription(id))]);
        await _house.BreakInAsync(Sabotage.SlowCounting(slow));
        await _house.TellAsync([.. slow.Select(id => new RefreshSeats { SubscriptionId = id, RequestedBy = "a test" })]);
        await _house.RefreshAsync("quick");
        foreach (var id in slow)
            await FailedAsync(id);
    }
}
