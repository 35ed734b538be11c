using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Counting;

public sealed class When_what_plans_mean_is_configured_anew : IAsyncLifetime
{
    static readonly DateTimeOffset Tick = DateTimeOffset.Parse("2026-10-15T06:00:00Z");

    readonly SeatRefreshHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>Three are used of two. From the start on which says that education is free, nothing is owed for it, and it is counted no more.</summary>
    [Fact]
    public async Task Should_owe_nothing_by_the_next_tick_when_a_plan_is_free_from_now_on()
    {
        await _house.RegisterAsync(Sample.Subscription("s1") with { Plan = "Education" });
        await _house.JoinAsync("namespace-of-s1", "ann", "bob", "cid");
        await _house.TickAsync(Tick);
        Assert.Equal(1, (await _house.SubscriptionAsync("s1")).SeatsOwed);

        await _house.StopServiceAsync();
        _house.Settings["Plans:Known:education:Billable"] = "false";
        await _house.StartServiceAsync();
        await _house.TickAsync(Tick.AddHours(6));
        var after = await _house.SubscriptionAsync("s1");
        Assert.Equal((3, 0, null), (after.MaxSeatsUsed, after.SeatsOwed, after.NextRefreshAt));
    }

    /// <summary>gus is a guest: he takes up a seat, and from the start on which says that guests are free on this plan, none.</summary>
    [Fact]
    public async Task Should_count_guests_as_the_plan_says_now()
    {
        await _house.RegisterAsync(Sample.Subscription("s1") with { Plan = "team" });
        await _house.TellAsync(Sample.Member("namespace-of-s1", "gus", role: "guest"));
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Memberships.AnyAsync()), "gus is known");
        await _house.TickAsync(Tick);
        Assert.Equal(1, (await _house.SubscriptionAsync("s1")).SeatsInUse);

        await _house.StopServiceAsync();
        _house.Settings["Plans:Known:team:GuestsAreFree"] = "true";
        await _house.StartServiceAsync();
        _house.Clock.Advance(TimeSpan.FromDays(2));
        await _house.TickAsync(Tick.AddDays(2));
        Assert.Equal(0, (await _house.SubscriptionAsync("s1")).SeatsInUse);
    }
}
