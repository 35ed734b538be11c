using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Seats.V1;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

public class When_facts_come_after_the_close(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_bill_on_the_next_invoice_what_they_add_to_the_month_that_was_billed()
    {
        await house.SetPricesAsync(
            Sample.Seat,
            new SetPrice { PriceCode = "fee", Currency = "USD", Description = "Plan", Model = "unit", UnitPrice = 30m },
            new SetPrice
            {
                PriceCode = "calls",
                Currency = "USD",
                Description = "Calls",
                Model = "graduated",
                Tiers = [new PriceTier { UpTo = 1000, UnitPrice = 0m }, new PriceTier { UnitPrice = 0.01m }]
            });
        // told before its account: it waits for it
        await house.TellAsync(Seats("early", 1, 1, "2026-10-31T23:30:00Z"));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.SeatLevels.CountAsync()), count => count == 1, "the early seat is kept");
        await house.RegisterAsync(
            Sample.Account("acme") with { FeePriceCode = "fee" },
            Sample.Account("early") with { TimeZone = "Europe/Berlin" },
            Sample.Account("put-off") with { FeePriceCode = "fee" });
        await house.TellAsync(new SetControlTags { AccountId = "put-off", Tags = ["AutoInvoicingOff"], RequestedBy = "a test", Reason = "a dispute" });
        await house.HearsAsync<ControlTagsSet>(set => set.AccountId == "put-off");
        await house.UseAsync(Calls("acme", 1500, "1"));
        await house.CloseAsync("2026-10");
        Assert.Equal([(30.00m, "fee"), (5.00m, "usage")], await LinesAsync("acme", 202610));
        Assert.Equal([], await LinesAsync("early", 202610));        // half past twelve on 1 November in Berlin

        await house.UseAsync(Calls("acme", 500, "2"));
        await house.TellAsync(Seats("acme", 1, 1, "2026-10-17T09:00:00Z"), Seats("acme", 2, 0, "2026-11-01T00:00:00Z"));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.SeatLevels.CountAsync()), count => count == 3, "the late seats are kept");
        await house.RegisterAsync(Sample.Account("late") with { FeePriceCode = "fee", JoinedOn = new DateOnly(2026, 10, 12) });
        await house.TellAsync(new SetControlTags { AccountId = "put-off", Tags = [], RequestedBy = "a test", Reason = "settled" });
        await house.HearsAsync<ControlTagsSet>(set => set.AccountId == "put-off" && set.Tags.Length == 0);
        await house.CloseAsync("2026-11");

        // 2,000 calls cost 10.00, and 5.00 was billed; a seat for 15 of 31 days
        Assert.Equal([(30.00m, "fee"), (5.00m, "adjustment"), (9.68m, "adjustment")], await LinesAsync("acme", 202611));
        Assert.Equal([(20.00m, "seats")], await LinesAsync("early", 202611));
        Assert.Equal([(19.35m, "fee"), (30.00m, "fee")], await LinesAsync("late", 202611));
        Assert.Equal([(30.00m, "fee"), (30.00m, "fee")], await LinesAsync("put-off", 202611));

        await house.CloseAsync("2026-12");
        Assert.Equal([(30.00m, "fee")], await LinesAsync("acme", 202612));
    }

    Task<List<(decimal, string)>> LinesAsync(string accountId, int period) => house.AskAsync(async db =>
        (await (from line in db.InvoiceLines
                join invoice in db.Invoices on line.InvoiceId equals invoice.InvoiceId
                where invoice.AccountId == accountId && invoice.Period == period
                orderby line.Position
                select new { line.Amount, line.Kind }).ToListAsync()).ConvertAll(line => (line.Amount, line.Kind)));

    static UsageRecord Calls(string accountId, decimal quantity, string id) =>
        new() { AccountId = accountId, UsageId = id, PriceCode = "calls", Quantity = quantity, StartedAt = DateTimeOffset.Parse("2026-10-20T00:00:00Z") };

    static SeatUsageChanged Seats(string accountId, int version, int owed, string asOf) => new()
    {
        SubscriptionId = $"sub-{accountId}",
        AccountId = accountId,
        Version = version,
        Seats = 9,
        SeatsInUse = 9 + owed,
        MaxSeatsUsed = 9 + owed,
        SeatsOwed = owed,
        AsOf = DateTimeOffset.Parse(asOf)
    };
}
