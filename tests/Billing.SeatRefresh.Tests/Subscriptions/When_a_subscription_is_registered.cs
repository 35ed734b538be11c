using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Subscriptions;

public sealed class When_a_subscription_is_registered(SeatRefreshHouse house) : IClassFixture<SeatRefreshHouse>
{
    [Fact]
    public async Task Should_reject_a_second_one_for_the_same_namespace()
    {
        await house.RegisterAsync(Sample.Subscription("r1"));
        var rejection = await house.RejectionAsync(Sample.Subscription("r2") with { NamespaceId = "namespace-of-r1" }, "namespace-of-r1");
        Assert.Contains("NamespaceId is \"namespace-of-r1\"; expected a namespace without a subscription; r1 has this one.", rejection,
            StringComparison.Ordinal);
        Assert.False(await house.AskAsync(db => db.Subscriptions.AnyAsync(x => x.SubscriptionId == "r2")));
    }

    [Fact]
    public async Task Should_count_again_when_seats_are_bought()
    {
        await house.RegisterAsync(Sample.Subscription("r3", seats: 1));
        await house.JoinAsync("namespace-of-r3", "ann", "bob", "cid");
        await house.RefreshAsync("r3");
        await house.TellAsync(Sample.Subscription("r3", seats: 3));

        var told = await house.HearsAsync<SeatUsageChanged>(x => x.SubscriptionId == "r3" && x.Version == 2);
        Assert.Equal((3, 0), (told.Seats, told.SeatsOwed));
        Assert.Equal("registration", (await house.ViewAsync("r3")).GetProperty("history")[0].GetProperty("changedBy").GetString());
    }

    [Fact]
    public async Task Should_begin_a_new_mark_when_the_trial_ends()
    {
        await house.RegisterAsync(Sample.Subscription("r4", seats: 1) with { Trial = true });
        await house.JoinAsync("namespace-of-r4", "ann", "bob", "cid");
        await house.RefreshAsync("r4");
        Assert.Equal((3, 0), await MaxAndOwedAsync("r4"));
        await house.TellAsync(Sample.Member("namespace-of-r4", "bob", state: "removed"), Sample.Member("namespace-of-r4", "cid", state: "removed"));
        await Eventually.HoldsAsync(() =>
            house.AskAsync(db => db.Memberships.CountAsync(x => x.NamespaceId == "namespace-of-r4" && x.State == "removed")), count => count == 2, "two left");
        await house.TellAsync(Sample.Subscription("r4", seats: 1) with { Trial = false });

        await house.HearsAsync<SeatUsageChanged>(x => x.SubscriptionId == "r4" && x.Version == 2);
        Assert.Equal((1, 0), await MaxAndOwedAsync("r4"));
    }

    /// <summary>gus is a guest: on premium he takes up a seat, on ultimate none, and back on premium he does again.</summary>
    [Fact]
    public async Task Should_count_guests_by_the_plan_that_was_switched_to()
    {
        await house.RegisterAsync(Sample.Subscription("r7"));
        await house.JoinAsync("namespace-of-r7", "ann");
        await house.TellAsync(Sample.Member("namespace-of-r7", "gus", role: "guest"));
        await Eventually.HoldsAsync(() =>
            house.AskAsync(db => db.Memberships.AnyAsync(x => x.NamespaceId == "namespace-of-r7" && x.UserId == "gus")), "gus is known");
        await house.RefreshAsync("r7");
        Assert.Equal(2, (await house.SubscriptionAsync("r7")).SeatsInUse);
        await house.TellAsync(Sample.Subscription("r7") with { Plan = "Ultimate" });
        Assert.Equal((1, 2), await InUseAndMaxAsync(version: 2));       // in the same term: the mark stays
        await house.TellAsync(Sample.Subscription("r7"));
        Assert.Equal((2, 2), await InUseAndMaxAsync(version: 3));

        async Task<(int InUse, int Max)> InUseAndMaxAsync(int version)
        {
            var told = await house.HearsAsync<SeatUsageChanged>(x => x.SubscriptionId == "r7" && x.Version == version);
            return (told.SeatsInUse, told.MaxSeatsUsed);
        }
    }

    /// <summary>A renewal is told two months ahead: what the term that runs came to stays owed, and the new one begins anew by itself.</summary>
    [Fact]
    public async Task Should_keep_the_mark_until_the_renewed_term_begins()
    {
        var now = house.Clock.GetUtcNow();
        var term = Sample.Subscription("r6", seats: 1) with
        {
            TermStart = DateOnly.FromDateTime(now.UtcDateTime)
            .AddDays(-300),
            TermEnd = DateOnly.FromDateTime(now.UtcDateTime).AddDays(60)
        };
        await house.RegisterAsync(term);
        await house.JoinAsync("namespace-of-r6", "ann", "bob", "cid");
        await house.RefreshAsync("r6");
        await house.TellAsync(Sample.Member("namespace-of-r6", "bob", state: "removed"));
        await Eventually.HoldsAsync(() =>
            house.AskAsync(db => db.Memberships.AnyAsync(x => x.NamespaceId == "namespace-of-r6" && x.State == "removed")), "bob is gone");
        await house.TellAsync(term with { TermStart = term.TermEnd.AddDays(1), TermEnd = term.TermEnd.AddDays(365) });
        await house.HearsAsync<SeatUsageChanged>(x => x.SubscriptionId == "r6" && x.Version == 2);
        Assert.Equal((3, 2), await MaxAndOwedAsync("r6"));

        house.Clock.Advance(TimeSpan.FromDays(62));
        await house.RefreshAsync("r6");
        Assert.Equal((2, 1), await MaxAndOwedAsync("r6"));
    }

    [Theory]
    [InlineData("Seats", -1)]
    [InlineData("TermEnd", 0)]
    [InlineData("NamespaceId", 0)]
    public async Task Should_say_what_is_wrong(string field, int seats)
    {
        var good = Sample.Subscription("r5");
        var (bad, expected) = field switch
        {
            "Seats" => (good with { Seats = seats }, "Seats is -1; expected 0 to 10,000,000 seats."),
            "TermEnd" =>
                (good with { TermEnd = new DateOnly(2025, 12, 31) }, "TermEnd is \"2025-12-31\"; expected a day such as 2027-09-30, not before TermStart."),
            _ => (good with { NamespaceId = "no\nid" },
                "NamespaceId is \"no\nid\"; expected 1 to 256 printable characters without blanks at the ends.")
        };
        Assert.EndsWith(expected, await house.RejectionAsync(bad, expected), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_what_is_wrong_with_a_membership()
    {
        var rejection = await house.RejectionAsync(Sample.Member("n", "u", role: "boss", state: "here"), "boss");
        Assert.Contains("Role is \"boss\"; expected minimal_access, guest, planner, reporter, developer, maintainer or owner.", rejection,
            StringComparison.Ordinal);
        Assert.Contains("State is \"here\"; expected active, awaiting, blocked, banned or removed.", rejection, StringComparison.Ordinal);
    }

    /// <summary>A slip of the keyboard, 2062 for 2026, would make old news of all that is told of ann for 36 years.</summary>
    [Fact]
    public async Task Should_refuse_news_of_a_time_to_come()
    {
        var rejection = await house.RejectionAsync(Sample.Member("n", "ann") with { ChangedAt = DateTimeOffset.Parse("2062-10-01T12:00:00Z") }, "2062");
        Assert.EndsWith("ChangedAt is \"2062-10-01T12:00:00+00:00\"; expected an instant that has come.", rejection, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_pass_over_old_news_of_a_member()
    {
        var at = DateTimeOffset.Parse("2026-10-14T12:00:00Z");
        await house.JoinAsync("old-news", "ann");
        await house.TellAsync(Sample.Member("old-news", "ann", role: "owner") with { ChangedAt = at });
        await Eventually.HoldsAsync(() => RoleAsync(), role => role == "owner", "ann is the owner");
        await house.TellAsync(Sample.Member("old-news", "ann", role: "guest") with { ChangedAt = at.AddMinutes(-1) });
        await house.TellAsync(Sample.Member("old-news", "ann", role: "maintainer") with { ChangedAt = at.AddMinutes(1) });
        await Eventually.HoldsAsync(() => RoleAsync(), role => role == "maintainer", "the newest word counts");
        Task<string> RoleAsync() =>
            house.AskAsync(db => db.Memberships.Where(x => x.NamespaceId == "old-news" && x.UserId == "ann").Select(x => x.Role).SingleAsync());
    }

    async Task<(int Max, int Owed)> MaxAndOwedAsync(string id)
    {
        var found = await house.SubscriptionAsync(id);
        return (found.MaxSeatsUsed, found.SeatsOwed);
    }
}
