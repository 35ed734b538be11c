using Billing.Contracts.Notification.V1;
using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Alerting;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Alerting;

public sealed class When_seats_run_out(SeatRefreshHouse house) : IClassFixture<SeatRefreshHouse>
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(15, 1)]
    [InlineData(16, 2)]
    [InlineData(25, 2)]
    [InlineData(26, 2)]         // 10 % of 26
    [InlineData(99, 9)]
    [InlineData(100, 8)]        // 8 %
    [InlineData(999, 79)]
    [InlineData(1000, 50)]      // 5 %
    [InlineData(10_000_000, 500_000)]
    public void Should_say_so_when_so_many_are_left(int seats, int left)
    {
        Assert.Equal(left, AlertDecision.ThresholdOf(seats));
        Assert.IsType<AlertDecision.NearLimit>(AlertDecision.Decide(new SeatCount(seats, 0, seats - left, 0), billable: true));
        Assert.Null(AlertDecision.Decide(new SeatCount(seats, 0, seats - left - 1, 0), billable: true));
        Assert.Null(AlertDecision.Decide(new SeatCount(seats, 0, seats - left, 0), billable: false));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 4)]
    [InlineData(1023, 512)]
    public void Should_say_at_each_doubling_that_more_are_used(int owed, int step) =>
        Assert.Equal(new AlertDecision.Overage(step, owed), AlertDecision.Decide(new SeatCount(5, 0, 5 + owed, owed), billable: true));

    [Fact]
    public async Task Should_tell_the_customer_once_for_each_threshold_and_term()
    {
        var three = Sample.Subscription("near", seats: 3) with { AlertEmail = "owner@near.example" };
        await house.RegisterAsync(three);
        await house.JoinAsync("namespace-of-near", "ann", "bob");
        await house.RefreshAsync("near");       // one left
        await house.TellAsync(Sample.Member("namespace-of-near", "bob", state: "removed"));
        await Eventually.HoldsAsync(() =>
            house.AskAsync(db => db.Memberships.AnyAsync(x => x.NamespaceId == "namespace-of-near" && x.State == "removed")), "bob is gone");
        await house.RefreshAsync("near");       // the mark has not changed: one left, said already
        await house.JoinAsync("namespace-of-near", "cid", "dan", "eve");
        await house.RefreshAsync("near");       // four used: one owed

        await house.HearsAsync<SendEmail>(x => x.To == "owner@near.example" && x.Template == "seats-overage");
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "all was heard");
        var letters = house.Heard<SendEmail>(x => x.To == "owner@near.example");
        Assert.Equal(["seats-near-limit", "seats-overage"], letters.Select(x => x.Template).Order());
        Assert.Equal(["near", "3", "2", "1", "0"], Values(letters.Single(x => x.Template == "seats-near-limit")));
        Assert.Equal(["near", "3", "4", "0", "1"], Values(letters.Single(x => x.Template == "seats-overage")));
    }

    /// <summary>Two of two are used in each term. No figure changes when the new one begins, and it is said for it, too; once.</summary>
    [Fact]
    public async Task Should_tell_the_customer_again_in_a_new_term_that_begins_as_the_old_one_ended()
    {
        var today = DateOnly.FromDateTime(house.Clock.GetUtcNow().UtcDateTime);
        var old = Sample.Subscription("term", seats: 2) with
        {
            AlertEmail = "owner@term.example",
            TermStart = today.AddDays(-364),
            TermEnd = today.AddDays(-1)
        };
        await house.RegisterAsync(old);
        await house.JoinAsync("namespace-of-term", "ann", "bob");
        await house.RefreshAsync("term");
        await house.HearsAsync<SendEmail>(x => x.To == "owner@term.example");
        await house.TellAsync(old with { TermStart = today, TermEnd = today.AddDays(364) });
        await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<SendEmail>(x => x.To == "owner@term.example").Count), count =>
            count == 2, "it is said again");
        await house.RefreshAsync("term");
        Assert.Equal(2, await house.AskAsync(db => db.Alerts.CountAsync(x => x.SubscriptionId == "term")));
        Assert.Equal(2, house.Heard<SendEmail>(x => x.To == "owner@term.example").Select(x => x.NotificationId).Distinct().Count());
        Assert.Equal(2, (await house.SubscriptionAsync("term")).Version);      // the count, and the new term
    }

    [Fact]
    public async Task Should_tell_the_customer_whose_address_was_told_after_the_count()
    {
        await house.RegisterAsync(Sample.Subscription("late", seats: 1));
        await house.JoinAsync("namespace-of-late", "ann", "bob");
        await house.RefreshAsync("late");
        await house.TellAsync(Sample.Subscription("late", seats: 1) with { AlertEmail = "owner@late.example" });
        Assert.Equal("seats-overage", (await house.HearsAsync<SendEmail>(x => x.To == "owner@late.example")).Template);
    }

    static IEnumerable<string> Values(SendEmail letter) =>
        ((string[])["subscription", "seats", "used", "remaining", "owed"]).Select(name => letter.Values![name]);
}
