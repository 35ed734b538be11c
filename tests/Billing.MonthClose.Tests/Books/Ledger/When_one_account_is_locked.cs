using System.Diagnostics;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using Xunit.Abstractions;

namespace Billing.MonthClose.Tests.Books.Ledger;

/// <summary>Somebody has the lock of one account, and keeps it for ten seconds.</summary>
public class When_one_account_is_locked(MonthCloseHouse house, ITestOutputHelper output) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_close_every_other_chunk_meanwhile_and_its_own_right_after()
    {
        var ids = Enumerable.Range(1, 200).Select(i => $"account-{i:000}").ToList();
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. ids.Select(id => Sample.Account(id) with { Email = null })]);
        await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000))]);
        var closed = Stopwatch.StartNew();
        TimeSpan others;
        await using (await house.HoldLockAsync("account-005"))      // of the first of twenty chunks
        {
            await house.TellAsync(new StartMonthClose { Period = "2026-10" });
            await Eventually.HoldsAsync(() => house.AskAsync(db => db.AccountCloses.CountAsync(close => close.Step == CloseStep.Closed)), count => count == 190, "all but the chunk of the locked account are closed",
                TimeSpan.FromSeconds(60));
            others = closed.Elapsed;
            await house.TellAsync(new RecordPayment { PaymentId = "p-1", AccountId = "account-100", Amount = 1.00m, Currency = "USD" });
            await house.HearsAsync<PaymentRecorded>();      // and commands for others go on
            Assert.Equal(10, await house.AskAsync(db => db.AccountCloses.CountAsync(close => close.Step == CloseStep.Pending)));
            using var tenSeconds = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (closed.Elapsed < TimeSpan.FromSeconds(10))
                await tenSeconds.WaitForNextTickAsync();
        }

        var released = Stopwatch.StartNew();
        await house.HearsAsync<MonthCloseSucceeded>();
        output.WriteLine($"190 others closed after {others.TotalSeconds:0.0} s, its own chunk {released.Elapsed.TotalSeconds:0.0} s after the lock was given back");
        Assert.InRange(released.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        await house.BooksAgreeAsync("2026-10");
    }
}
