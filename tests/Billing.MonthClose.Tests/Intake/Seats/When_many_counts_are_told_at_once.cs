using Billing.Contracts.Seats.V1;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Intake.Seats;

/// <summary>A refresh tells of thousands of subscriptions within seconds: they are written by the hundred, and one that cannot be written hurts no other.</summary>
public sealed class When_many_counts_are_told_at_once(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    const int Many = 250;
    static readonly DateTimeOffset Counted = new(2026, 10, 17, 23, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task Should_keep_each_once_by_the_day_of_its_account_and_refuse_the_bad_ones_alone()
    {
        await house.RegisterAsync(Sample.Account("here") with { TimeZone = "Europe/Berlin" });
        var told = Enumerable.Range(0, Many).Select(number => Told(number)).ToList();

        // three of one subscription, all of them twice, and among them those that no table can hold
        await house.TellAsync([
            .. told, .. told, Told(0) with { Version = 3 }, Told(0) with { Version = 2 },
            Told(7) with { SubscriptionId = "with\0nul" }, Told(8) with { AccountId = new string('x', 2000) }, Told(9) with { AsOf = default },
            Told(10) with { SeatsOwed = -1 }
        ]);

        await Eventually.HoldsAsync(() => house.AskAsync(db => db.SeatLevels.CountAsync()), count => count == Many + 2, "every count that can be kept is kept");
        await house.QuietAsync();
        var levels = await house.AskAsync(db => db.SeatLevels.AsNoTracking().ToListAsync());
        Assert.Equal(Many + 2, levels.Count);
        Assert.All(levels.Where(level => level.AccountId == "here"), level =>
            Assert.Equal((new DateOnly(2026, 10, 18), false), (level.FirstDay, level.IsEarly)));
        Assert.All(levels.Where(level => level.AccountId != "here"), level =>
            Assert.Equal((new DateOnly(2026, 10, 17), true), (level.FirstDay, level.IsEarly)));
        foreach (var field in (string[])["SubscriptionId", "AccountId", "AsOf", "SeatsOwed"])
            await house.IsRefusedAsync(nameof(SeatUsageChanged), field);
    }

    static SeatUsageChanged Told(int number) => new()
    {
        SubscriptionId = $"subscription-{number}",
        AccountId = number % 2 == 0 ? "here" : $"not-yet-{number}",
        Version = 1,
        Seats = 9,
        SeatsInUse = 9 + number,
        MaxSeatsUsed = 9 + number,
        SeatsOwed = number,
        AsOf = Counted
    };
}
