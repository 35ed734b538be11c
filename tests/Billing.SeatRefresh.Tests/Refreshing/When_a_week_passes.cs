using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Tests.House;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Xunit.Abstractions;

namespace Billing.SeatRefresh.Tests.Refreshing;

/// <summary>The promise: with the settings that come with the program and a tick every six hours, no count is ever older than a day.</summary>
public sealed class When_a_week_passes(ITestOutputHelper output) : IAsyncLifetime
{
    const int Subscriptions = 240;

    static readonly TimeSpan Day = TimeSpan.FromHours(24);

    static readonly DateTimeOffset Monday = DateTimeOffset.Parse("2026-10-12T00:00:00Z");

    readonly SeatRefreshHouse _house =
        new() { Settings = { ["Refreshing:MaxAge"] = $"{new RefreshOptions().MaxAge}", ["Refreshing:LookEvery"] = "00:00:00.1" } };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>The calendar jumps from tick to tick; each drain takes as long as it takes.</summary>
    [Fact]
    public async Task Should_never_let_a_count_be_older_than_a_day()
    {
        await _house.BreakInAsync("""
            create table age ("SubscriptionId" text, "CountedAt" timestamptz, "Age" interval);
            grant select, insert on age to public;
            create function note_age() returns trigger language plpgsql as $f$ begin
                insert into age values (new."SubscriptionId", new."LastSeatRefreshAt", new."LastSeatRefreshAt" - old."LastSeatRefreshAt"); return new; end $f$;
            create trigger ages after update of "LastSeatRefreshAt" on "Subscription" for each row
                when (new."LastSeatRefreshAt" is distinct from old."LastSeatRefreshAt") execute function note_age();
            """);
        _house.Clock.SetTo(Monday);
        await _house.RegisterAsync([.. Enumerable.Range(0, Subscriptions).Select(i => Sample.Subscription($"s{i:000}"))]);
        for (var tick = 0; tick < 7 * 4; tick++)
        {
            var due = Monday.AddHours(6 * tick);
            if (tick > 0)
                _house.Clock.SetTo(due);
            await _house.TickAsync(due);
        }

        var ages = await _house.AskAsync(db => db.Database.SqlQueryRaw<TimeSpan>("""select "Age" as "Value" from age where "Age" is not null""").ToListAsync());
        output.WriteLine($"{ages.Count} counts, the oldest was {ages.Max()}");
        Assert.InRange(ages.Count, 6 * Subscriptions, int.MaxValue);
        Assert.Equal(0, ages.Count(age => age > Day));
    }
}
