using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Books.Ledger;

/// <summary>Somebody has the lock of one account, and keeps it until all else is done.</summary>
public class When_one_account_is_locked(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_close_every_other_chunk_meanwhile_and_its_own_right_after()
    {
        var ids = Enumerable.Range(1, 200).Select(i => $"account-{i:000}").ToList();
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. ids.Select(id => Sample.Account(id) with { Email = null })]);
        await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000))]);
        await using (await house.HoldLockAsync("account-005"))      // of the first of twenty chunks
        {
            await house.TellAsync(new StartMonthClose { Period = "2026-10" });
            await Eventually.HoldsAsync(() => house.AskAsync(db => db.AccountCloses.CountAsync(close => close.Step == CloseStep.Closed)), count => count == 190,
                "all but the chunk of the locked account are closed");
            await house.TellAsync(new RecordPayment { PaymentId = "p-1", AccountId = "account-100", Amount = 1.00m, Currency = "USD" });
            await house.HearsAsync<PaymentRecorded>();      // and commands for others go on
            Assert.Equal(10, await house.AskAsync(db => db.AccountCloses.CountAsync(close => close.Step == CloseStep.Pending)));
            await Eventually.HoldsAsync(
                async () => await house.ReadInAsync("select locktype from pg_locks where not granted and locktype in ('transactionid', 'tuple')"), waiting => waiting.Count > 0,
                "the locked account's chunk waits for the lock");
        }

        await house.HearsAsync<MonthCloseSucceeded>();
        await house.BooksAgreeAsync("2026-10");
    }
}
