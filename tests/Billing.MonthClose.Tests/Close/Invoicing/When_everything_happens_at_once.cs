using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Invoicing;

public class When_everything_happens_at_once(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_bill_every_record_once_over_this_month_and_the_next()
    {
        var ids = Enumerable.Range(1, 40).Select(i => $"busy-{i:00}").ToList();
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. ids.Select(Sample.Account)]);
        await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000))]);

        // each message touches every account, in another order, while invoices, payments, credit and changed accounts want the same rows
        var told = Enumerable.Range(1, 100).Select(n => (object)new RecordUsage
        {
            Reference = $"burst-{n}",
            Records = [.. ids.OrderBy(id => HashCode.Combine(id, n)).Select(id => Sample.Use(id, 7, id: $"{id}-{n}"))]
        }).ToList();
        told.InsertRange(20, ids.Select(id => new GrantCredit { CreditId = $"credit-{id}", AccountId = id, Amount = 1.00m, Currency = "USD", Reason = "sorry" }));
        told.InsertRange(60, ids.Select(id => new RecordPayment { PaymentId = $"transfer-{id}", AccountId = id, Amount = 3.00m, Currency = "USD" }));
        told.Insert(40, new RegisterAccounts { Accounts = [.. ids.AsEnumerable().Reverse().Select(id => Sample.Account(id) with { Name = $"{id} & sons" })] });
        told.Insert(10, new StartMonthClose { Period = "2026-10" });
        await house.TellAsync([.. told]);
        await house.HearsAsync<MonthCloseCompleted>(done => done.Period == "2026-10");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Usage.CountAsync()), count => count == 40 * 101, "all is recorded");
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "every message was handled");
        house.Clock.Advance(TimeSpan.FromDays(30));
        var november = await house.CloseAsync("2026-11");

        Assert.Equal((40, 0), (november.Closed, november.Parked));
        Assert.Equal(40 * (1000 + 100 * 7m), await house.AskAsync(db => db.InvoiceLines.Where(line => line.PriceCode == "api-calls").SumAsync(line => line.Quantity)));
        Assert.True(await house.AskAsync(db => db.InvoiceLines.AnyAsync(line => line.Kind == "adjustment")), "some of it came late");
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "every message was handled");
        await house.BooksAgreeAsync("2026-10");
        await house.BooksAgreeAsync("2026-11");
        foreach (var month in new[] { "2026-10", "2026-11" })
        {
            var row = (await house.Http.GetStringAsync(new Uri($"api/runs/{month}/report.csv", UriKind.Relative))).Split('\n')[1].Split(',');
            Assert.Equal((row[3], row[5]), (row[11], row[12]));
        }
    }
}
