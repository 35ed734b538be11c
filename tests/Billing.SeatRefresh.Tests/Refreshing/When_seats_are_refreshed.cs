using System.Net;
using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Refreshing;

public sealed class When_seats_are_refreshed(SeatRefreshHouse house) : IClassFixture<SeatRefreshHouse>
{
    [Fact]
    public async Task Should_count_and_tell()
    {
        await house.RegisterAsync(Sample.Subscription("s1", seats: 2));
        await house.JoinAsync("namespace-of-s1", "ann", "bob", "cid");
        await house.TellAsync(
            Sample.Member("namespace-of-s1", "robot", bot: true), Sample.Member("namespace-of-s1", "new", state: "awaiting"),
                Sample.Member("elsewhere", "dan"));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Memberships.CountAsync(x => x.UserId == "robot" || x.UserId == "new" || x.UserId == "dan")),
            count => count == 3, "they are known");

        await house.RefreshAsync("s1");

        var told = await house.HearsAsync<SeatUsageChanged>(x => x.SubscriptionId == "s1");
        Assert.Equal((1, 2, 3, 3, 1), (told.Version, told.Seats, told.SeatsInUse, told.MaxSeatsUsed, told.SeatsOwed));
        Assert.Equal("account-of-s1", told.AccountId);
        var view = await house.ViewAsync("s1");
        Assert.Equal((3, 1, 0),
            (view.GetProperty("seatsInUse").GetInt32(), view.GetProperty("seatsOwed").GetInt32(), view.GetProperty("seatsRemaining").GetInt32()));
        Assert.Equal("a test", view.GetProperty("history")[0].GetProperty("changedBy").GetString());
    }

    [Fact]
    public async Task Should_say_nothing_when_nothing_changed()
    {
        await house.RegisterAsync(Sample.Subscription("s2"));
        await house.JoinAsync("namespace-of-s2", "ann");
        await house.RefreshAsync("s2");
        await house.RefreshAsync("s2");
        await house.JoinAsync("namespace-of-s2", "bob");
        await house.RefreshAsync("s2");

        await house.HearsAsync<SeatUsageChanged>(x => x.SubscriptionId == "s2" && x.SeatsInUse == 2);
        Assert.Equal([1, 2], house.Heard<SeatUsageChanged>(x => x.SubscriptionId == "s2").Select(x => x.Version).Order());
        var history = await house.AskAsync(db => db.History.Where(x => x.SubscriptionId == "s2").OrderBy(x => x.Version).ToListAsync());
        Assert.Equal([(0, 1), (1, 2)], history.Select(x => (x.PreviousInUse, x.InUse)));
    }

    [Fact]
    public async Task Should_keep_what_is_owed_when_people_leave()
    {
        await house.RegisterAsync(Sample.Subscription("s3", seats: 1));
        await house.JoinAsync("namespace-of-s3", "ann", "bob");
        await house.RefreshAsync("s3");
        await house.TellAsync(Sample.Member("namespace-of-s3", "bob", state: "removed"));
        await Eventually.HoldsAsync(() =>
            house.AskAsync(db => db.Memberships.AnyAsync(x => x.NamespaceId == "namespace-of-s3" && x.State == "removed")), "bob is gone");
        await house.RefreshAsync("s3");

        var told = await house.HearsAsync<SeatUsageChanged>(x => x.SubscriptionId == "s3" && x.Version == 2);
        Assert.Equal((1, 2, 1), (told.SeatsInUse, told.MaxSeatsUsed, told.SeatsOwed));
    }

    /// <summary>Who only wants a count that is no older than an instant does not cause another.</summary>
    [Fact]
    public async Task Should_leave_alone_what_was_counted_since()
    {
        await house.RegisterAsync(Sample.Subscription("s5"));
        await house.JoinAsync("namespace-of-s5", "ann");
        await house.RefreshAsync("s5");
        var counted = (await house.SubscriptionAsync("s5")).LastSeatRefreshAt!.Value;
        await house.JoinAsync("namespace-of-s5", "bob");
        await house.HandledAsync(new RefreshSeats { SubscriptionId = "s5", UnlessCountedSince = counted.AddMinutes(-1), RequestedBy = "who has it already" });
        Assert.Equal((1, counted), ((await house.SubscriptionAsync("s5")).SeatsInUse, (await house.SubscriptionAsync("s5")).LastSeatRefreshAt!.Value));
        await house.TellAsync(new RefreshSeats { SubscriptionId = "s5", UnlessCountedSince = counted.AddSeconds(1), RequestedBy = "who wants a newer one" });
        await Eventually.HoldsAsync(() => house.SubscriptionAsync("s5"), x => x.SeatsInUse == 2, "an older count is made anew");
        Assert.Equal(["who wants a newer one", "a test"], await house.AskAsync(db =>
            db.History.Where(x => x.SubscriptionId == "s5").OrderByDescending(x => x.Version).Select(x => x.ChangedBy).ToListAsync()));
    }

    [Fact]
    public async Task Should_count_each_of_many_requests_at_once_one_after_the_other()
    {
        await house.RegisterAsync(Sample.Subscription("s4"));
        await house.JoinAsync("namespace-of-s4", "ann", "bob", "cid");
        await house.TellAsync([.. Enumerable.Range(0, 20).Select(i => new RefreshSeats { SubscriptionId = "s4", RequestedBy = $"number {i}" })]);

        await house.HearsAsync<SeatUsageChanged>(x => x.SubscriptionId == "s4");
        await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<RefreshSeats>(x => x.SubscriptionId == "s4").Count), count =>
            count == 20, "all were asked");
        await house.RefreshAsync("s4");     // behind the others in the same queue
        Assert.Single(await house.AskAsync(db => db.History.Where(x => x.SubscriptionId == "s4").ToListAsync()));
        Assert.Single(house.Heard<SeatUsageChanged>(x => x.SubscriptionId == "s4"));
    }

    [Fact]
    public async Task Should_reject_an_unknown_subscription() =>
        Assert.Contains("SubscriptionId is \"nobody\"; expected a subscription that is registered.",
            await house.RejectionAsync(new RefreshSeats { SubscriptionId = "nobody" }, "nobody"), StringComparison.Ordinal);

    [Fact]
    public async Task Should_answer_not_found_for_an_unknown_subscription() =>
        Assert.Equal(HttpStatusCode.NotFound, (await house.Http.GetAsync(new Uri("api/subscriptions/nobody", UriKind.Relative))).StatusCode);
}
