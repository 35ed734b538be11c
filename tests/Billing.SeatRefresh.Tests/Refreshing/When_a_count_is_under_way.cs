using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Refreshing;

/// <summary>The world does not stand still while seats are counted. A house for each test: a drain looks at every subscription that there is.</summary>
public sealed class When_a_count_is_under_way : IAsyncLifetime
{
    static readonly DateTimeOffset Tick = DateTimeOffset.Parse("2026-10-15T06:00:00Z");

    readonly SeatRefreshHouse _house = new() { Settings = { ["Refreshing:JobTime"] = "00:00:20" } };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>
    /// zoe joins in the moment between the look at the members and the note of who sits where: figure and note are those of the look, so each can be counted
    /// again from the other. The next count has her.
    /// </summary>
    [Fact]
    public async Task Should_say_the_figure_that_its_snapshot_shows()
    {
        await _house.RegisterAsync(Sample.Subscription("s1"));
        await _house.JoinAsync("namespace-of-s1", "ann", "bob");
        await _house.RefreshAsync("s1");
        await _house.TellAsync(Sample.Member("namespace-of-s1", "bob", state: "removed"));
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Memberships.AnyAsync(x => x.State == "removed")), "bob is gone");
        await _house.JoinAsync("namespace-of-s1", "cid");
        await _house.BreakInAsync("""
            create function zoe_joins() returns trigger language plpgsql as $f$ begin
                insert into "Membership" ("NamespaceId", "UserId", "Role", "State", "Bot", "Raised", "RecordedAt")
                    values ('namespace-of-s1', 'zoe', 'developer', 'active', false, false, '2026-10-15') on conflict do nothing;
                return null;
            end $f$;
            create trigger meanwhile before update on "SeatHolder" for each statement execute function zoe_joins();
            """);
        await _house.RefreshAsync("s1");

        Assert.True(await _house.AskAsync(db => db.Memberships.AnyAsync(x => x.UserId == "zoe")));
        Assert.Equal(["ann", "cid"], await SittingAsync());
        var counted = await _house.SubscriptionAsync("s1");
        Assert.Equal((2, 2, 0), (counted.SeatsInUse, counted.MaxSeatsUsed, counted.SeatsOwed));

        await _house.RefreshAsync("s1");
        Assert.Equal(["ann", "cid", "zoe"], await SittingAsync());
        counted = await _house.SubscriptionAsync("s1");
        Assert.Equal((3, 3, 1), (counted.SeatsInUse, counted.MaxSeatsUsed, counted.SeatsOwed));
    }

    Task<List<string>> SittingAsync() => _house.AskAsync(db => db.Holders.Where(x => x.GoneAt == null).Select(x => x.UserId).Order().ToListAsync());

    /// <summary>
    /// Three are used of two, and while a job counts a fourth, the customer goes to the free plan: whoever comes first, in the end nothing is owed.
    /// </summary>
    [Fact]
    public async Task Should_owe_nothing_when_the_plan_ends_meanwhile()
    {
        await _house.RegisterAsync(Sample.Subscription("s1"));
        await _house.JoinAsync("namespace-of-s1", "ann", "bob", "cid");
        await _house.RefreshAsync("s1");
        Assert.Equal(1, (await _house.SubscriptionAsync("s1")).SeatsOwed);
        _house.Clock.Advance(TimeSpan.FromDays(2));
        await using (await _house.LockHoldersAsync())
        {
            await _house.JoinAsync("namespace-of-s1", "dan");
            await _house.TellAsync(new StartSeatRefresh { DueAt = Tick.AddDays(2) });
            await Eventually.HoldsAsync(() => _house.SubscriptionAsync("s1"), x => x.Claim is not null, "a job has it");
            await _house.TellAsync(Sample.Subscription("s1") with { Plan = "free" });
        }

        await Eventually.HoldsAsync(() => _house.SubscriptionAsync("s1"), x =>
            x is { Plan: "free", SeatsOwed: 0, Claim: null, NextRefreshAt: null }, "nothing is owed");
        await _house.IsOverAsync();
        var told = await _house.HearsAsync<SeatUsageChanged>(x => x.SeatsOwed == 0);
        Assert.Equal((await _house.SubscriptionAsync("s1")).Version, told.Version);
    }
}
