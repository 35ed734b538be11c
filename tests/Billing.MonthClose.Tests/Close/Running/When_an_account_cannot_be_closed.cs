using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

[TakesLong(25)]
public class When_an_account_cannot_be_closed : IAsyncLifetime
{
    // a house for each test: a month closes once
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]      // its records take longer to read than a statement may
    public async Task Should_park_the_one_whose_use_cannot_be_read_in_time()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. Enumerable.Range(0, 8).Select(i => Sample.Account($"a{i}"))]);
        await house.UseAsync([.. Enumerable.Range(0, 8).Select(i => Sample.Use($"a{i}", 1000))]);
        await house.StopServiceAsync();
        // on a busy machine the statements of the others need their time, too
        var seconds = (int)Math.Ceiling(TimeLimits.Scaled(TimeSpan.FromSeconds(2)).TotalSeconds);
        house.Connection = $";Command Timeout={seconds}";
        await house.StartServiceAsync();
        // a view in the place of the table: whoever reads the one account's use waits; so dear that no plan reads it for others
        await house.BreakInAsync($"""
            create function at_leisure(account text) returns text language plpgsql volatile cost 1000000 as $f$ begin
                if account = 'a3' then perform pg_sleep({10 * seconds}); end if; return account; end $f$;
            alter table "Usage" rename to "UsageThere";
            create view "Usage" as select *, 1 as "Slow" from "UsageThere" where at_leisure("AccountId") = "AccountId";
            grant select, insert on "Usage" to public;
            """);

        var completed = await house.CloseAsync("2026-10");

        Assert.Equal((8, 7, 1), (completed.Accounts, completed.Closed, completed.Parked));
        var parked = await house.HearsAsync<AccountParked>();
        Assert.Equal("a3", parked.AccountId);
        Assert.Contains("in the time that a statement may take", parked.Reason, StringComparison.Ordinal);
        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "a7");
    }

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
            insert into "Invoice" ("InvoiceId","Number","AccountId","Period","RunId","Currency","FirstDay","LastDay","Total","Tax","Carried","CreditApplied","AmountDue","AmountPaid","AmountReduced","CreditUsedLater","WrittenOff","Recovered","Status","Version","IssuedAt","DueOn")
            values (gen_random_uuid(),'INV-X','taken',202610,gen_random_uuid(),'USD','2026-10-01','2026-10-31',1,0,0,0,1,1,0,0,0,0,'Paid',1,now(),'2026-11-01')
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
