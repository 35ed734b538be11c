using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Tests.House;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Intake.Usage;

public class When_usage_is_hostile(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_refuse_the_bad_records_and_take_every_other()
    {
        await house.RegisterAsync(Sample.Account("records"), Sample.Account("kiwi") with { TimeZone = "Pacific/Auckland" });
        await house.TellAsync(new RecordUsage
        {
            Reference = "mixed",
            Records =
            [
                Sample.Use("records", 1, id: "good"),
                Sample.Use("records", 1, id: "nul\0l"),
                Sample.Use("rec\0rds", 1, id: "whose"),
                Sample.Use("records", 1, id: "sku") with { Cost = 1, Currency = "USD", Sku = "a\0b", PriceCode = null },
                Sample.Use("kiwi", 1, id: "end-of-time") with { EndedAt = DateTimeOffset.Parse("9999-12-31T23:59:59Z") },
                Sample.Use("kiwi", 1, id: "beginning") with { StartedAt = default },
                Sample.Use("records", decimal.MaxValue, id: "much"),
                new() { UsageId = null!, AccountId = null!, StartedAt = default }
            ]
        });

        var answer = await house.HearsAsync<UsageRecorded>(told => told.Reference == "mixed");
        Assert.Equal((1, 7), (answer.Recorded, answer.Rejected.Length));
        Assert.Equal(7, await house.AskAsync(db => db.RejectedUsage.CountAsync()));
    }
}

public class When_usage_adds_up_beyond_all_bounds(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_park_the_one_account_and_close_its_neighbours()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("endless"), Sample.Account("neighbour"), Sample.Account("other"));
        await house.UseAsync([Sample.Use("neighbour", 1000), Sample.Use("other", 1000), .. Enumerable.Range(1, 100).Select(_ => Sample.Use("endless", 999_999_999_999_999.999999999999m))]);

        var completed = await house.CloseAsync("2026-10");

        Assert.Equal((2, 1), (completed.Closed, completed.Parked));
        Assert.Equal("InvoiceFailed", (await house.HearsAsync<AccountParked>()).ReasonCode);
    }
}
