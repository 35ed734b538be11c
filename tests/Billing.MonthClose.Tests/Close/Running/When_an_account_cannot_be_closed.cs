using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Tests.House;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

public class When_an_account_cannot_be_closed(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]      // one bad account among thousands
    public async Task Should_park_it_with_a_reason_and_close_every_other()
    {
        await house.SetPricesAsync(Sample.ApiCalls, Sample.ApiCalls with { PriceCode = "dear", UnitPrice = 999_999_999m });
        var ordinary = Enumerable.Range(1, 40).Select(i => $"ordinary-{i:00}").ToList();
        await house.RegisterAsync([.. ordinary.Concat(["no-price", "too-large", "taken"]).Select(Sample.Account)]);
        await house.UseAsync([.. ordinary.Select(id => Sample.Use(id, 100)), Sample.Use("taken", 100),
            Sample.Use("no-price", 1) with { PriceCode = "unheard-of" },                        // the decision fails
            Sample.Use("too-large", 999_999_999m) with { PriceCode = "dear" }]);                // the write fails: more than an amount's column holds
        // an invoice of the period that nobody can explain: the unique index refuses ours
        await house.BreakInAsync($"""
            insert into "Invoice" ("InvoiceId","Number","AccountId","Period","RunId","Currency","FirstDay","LastDay","Total","Carried","CreditApplied","AmountDue","AmountPaid","AmountReduced","CreditUsedLater","WrittenOff","Recovered","Status","Version","IssuedAt")
            values (gen_random_uuid(),'INV-X','taken',202610,gen_random_uuid(),'USD','2026-10-01','2026-10-31',1,0,0,1,1,0,0,0,0,'Paid',1,now())
            """);

        var completed = await house.CloseAsync("2026-10");

        Assert.Equal((43, 40, 3), (completed.Accounts, completed.Closed, completed.Parked));
        Assert.Equal(
            [("no-price", "PriceMissing"), ("taken", "InvoiceRefused"), ("too-large", "InvoiceRefused")],
            (await house.AskAsync(db => db.AccountCloses.Where(close => close.Step == CloseStep.Parked).OrderBy(close => close.AccountId).ToListAsync()))
                .Select(close => (close.AccountId, close.ReasonCode!)));
        Assert.Contains("IX_Invoice", (await house.HearsAsync<AccountParked>(parked => parked.AccountId == "taken")).Reason, StringComparison.Ordinal);
        Assert.Equal(40, (await house.CapturesAsync()).Count);
        Assert.Equal(0, await house.AskAsync(db => db.Accounts.CountAsync(account => account.InvoicedThrough > 0 && !account.AccountId.StartsWith("ordinary"))));
        await house.BooksAgreeAsync("2026-10");

        // somebody puts it right, and takes the one up: the others stay parked
        await house.BreakInAsync("""delete from "Invoice" where "Number" = 'INV-X'""");
        await house.TellAsync(new UnparkAccounts { Period = "2026-10", AccountIds = ["taken"] });
        await house.HearsAsync<AccountClosed>(closed => closed.AccountId == "taken");
        Assert.Equal(2, (await house.RunAsync("2026-10")).GetProperty("steps").GetProperty("Parked").GetInt32());
        Assert.Equal(41, (await house.CapturesAsync()).Count);
        Assert.Single(house.Heard<MonthCloseCompleted>());
        await house.BooksAgreeAsync("2026-10");
    }
}
