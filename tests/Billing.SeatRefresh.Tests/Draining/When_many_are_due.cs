using System.Diagnostics;
using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Xunit.Abstractions;

namespace Billing.SeatRefresh.Tests.Draining;

public sealed class When_many_are_due(ITestOutputHelper output) : IAsyncLifetime
{
    readonly SeatRefreshHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_drain()
    {
        await _house.BreakInAsync("""
            insert into "Subscription" ("SubscriptionId", "AccountId", "NamespaceId", "Plan", "Seats", "Trial", "TermStart", "TermEnd", "ResetDue", "GuestsAreFree", "CountedSeats", "SeatsInUse", "MaxSeatsUsed", "SeatsOwed", "Version", "Failures", "NextRefreshAt")
              select 's' || i, 'a' || i, 'n' || i, 'premium', 10, false, '2026-01-01', '2026-12-31', false, false, 0, 0, 0, 0, 0, 0, '1970-01-01' from generate_series(1, 20000) i;
            insert into "Membership" ("NamespaceId", "UserId", "Role", "State", "Bot", "Raised", "RecordedAt")
              select 'n' || i, 'u' || ((i * 7 + j * 13) % 50000), 'developer', 'active', false, false, '2026-01-01' from generate_series(1, 20000) i, generate_series(1, 20) j on conflict do nothing;
            analyze;
            """);
        for (var pass = 0; pass < 2; pass++)
        {
            var watch = Stopwatch.StartNew();
            var tick = new DateTimeOffset(2026, 10, 15, 6, 0, 0, TimeSpan.Zero).AddDays(pass);
            _house.Clock.Advance(TimeSpan.FromDays(pass));
            await _house.TellAsync(new StartSeatRefresh { DueAt = tick });
            await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt >= tick)), count => count == 20000, "all are counted", TimeSpan.FromMinutes(5));
            output.WriteLine($"pass {pass}: {20000 / watch.Elapsed.TotalSeconds:0}/s");
        }
    }
}
