using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

public class When_accounts_are_taken_up_again(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]      // told late: all that it tells of has ended
    public async Task Should_come_to_an_end_however_late_the_run_hears_of_it()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("one"), Sample.Account("two"), Sample.Account("three"), Sample.Account("stays"));
        await house.UseAsync(Sample.Use("one", 1000), Sample.Use("two", 1000), Sample.Use("three", 1000), Sample.Use("stays", 1) with { PriceCode = "unheard-of" });
        // invoices that nobody can explain: the unique index refuses ours
        await house.BreakInAsync("""
            insert into "Invoice" ("InvoiceId","Number","AccountId","Period","RunId","Currency","FirstDay","LastDay","Total","Tax","Carried","CreditApplied","AmountDue","AmountPaid","AmountReduced","CreditUsedLater","WrittenOff","Recovered","Status","Version","IssuedAt","DueOn")
            select gen_random_uuid(), 'INV-' || "AccountId", "AccountId", 202610,gen_random_uuid(),'USD','2026-10-01','2026-10-31',1,0,0,0,1,1,0,0,0,0,'Paid',1,now(),'2026-11-01' from "Account" where "AccountId" <> 'stays'
            """);
        Assert.Equal(4, (await house.CloseAsync("2026-10")).Parked);
        await house.BreakInAsync("delete from \"Invoice\"");
        using (var late = new Gate<AccountsRechunked>(house.Services, told => told.Accounts == 2))
        {
            await house.TellAsync(new UnparkAccounts { Period = "2026-10", AccountIds = ["two", "three"] });
            await late.Arrived;
            await house.TellAsync(new UnparkAccounts { Period = "2026-10", AccountIds = ["one"] });
            await Eventually.HoldsAsync(() => house.AskAsync(db => db.AccountCloses.CountAsync(close => close.Step == CloseStep.Closed)), count => count == 3, "the three are closed");
            await Eventually.HoldsAsync(() => StateAsync(), state => state == "Completed", "the run has ended");
        }

        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "the late word was heard");
        Assert.Equal("Completed", await StateAsync());
    }

    Task<string> StateAsync() => house.AskAsync(db => db.Runs.Select(run => run.CurrentState).SingleAsync());
}

public class When_there_is_nobody_to_bill(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_succeed_with_no_accounts()
    {
        Assert.Equal(0, (await house.CloseAsync("2026-10")).Accounts);
        await house.HearsAsync<MonthCloseSucceeded>();
        await house.BooksAgreeAsync("2026-10");
    }
}
