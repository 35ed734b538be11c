using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Books.Ledger;

/// <summary>
/// Everything that can happen to an account happens to one at once. The database itself watches that whoever moves its money, or the state of its
/// invoices, charges and holds, has its lock.
/// </summary>
[TakesLong(30)]
public class When_one_account_is_hammered(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    /// <summary>
    /// A row lock shows in the row: its xmax is the transaction that took it; and a version that is not committed is seen by its own transaction
    /// only. What is written without one of the two is noted down.
    /// </summary>
    const string Watch = """
        create table "Unlocked" ("Place" text, "AccountId" text);
        grant insert on "Unlocked" to public;
        create function note_unlocked() returns trigger language plpgsql as $$
        begin
            if not exists (
                select 1 from "AccountBalance" balance
                where balance."AccountId" = new."AccountId"
                    and (balance.xmax = pg_current_xact_id()::xid
                        or pg_xact_status(((pg_current_xact_id()::text::bigint & ~4294967295) | balance.xmin::text::bigint)::text::xid8) = 'in progress')) then
                insert into "Unlocked" values (tg_table_name || ' ' || tg_op, new."AccountId");
            end if;
            return new;
        end $$;
        create trigger watch before insert on "LedgerTransaction" for each row execute function note_unlocked();
        create trigger watch before insert or update on "Invoice" for each row execute function note_unlocked();
        create trigger watch before insert or update on "Charge" for each row execute function note_unlocked();
        create trigger watch before insert or update on "Hold" for each row execute function note_unlocked();
        create trigger watch before insert or update on "DunningPlan" for each row execute function note_unlocked();
        """;

    [Fact]
    public async Task Should_keep_its_books_exact_and_do_one_thing_at_a_time()
    {
        await house.BreakInAsync(Watch);
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.GatewayRulesAsync(
            new { payment_method = "pm_stolen*", behaviour = "decline", code = "stolen_card" },
            new { payment_method = "pm_lost", behaviour = "time_out_after_success", rate = 0.5 },
            new { payment_method = "*", behaviour = "decline", code = "insufficient_funds", rate = 0.5 });
        var account = Sample.Account("hammered") with { PaymentMethod = "pm_stolen", Email = null };
        await house.RegisterAsync(account);
        await house.UseAsync(Sample.Use("hammered", 3000, "2026-08-10T10:00:00Z"));
        await house.CloseAsync("2026-08");
        var august = await house.InvoiceOfAsync("hammered");
        await house.UseAsync(Sample.Use("hammered", 1000, "2026-09-10T10:00:00Z"), Sample.Use("hammered", 2000));

        // three hundred commands, and two months that close, all for the one account
        object[] Commands(int i) =>
        [
            new RecordPayment { PaymentId = $"p-{i}", AccountId = "hammered", Amount = 0.37m, Currency = "USD" },
            new GrantCredit { CreditId = $"c-{i}", AccountId = "hammered", Amount = 0.11m, Currency = "USD", Reason = "goodwill" },
            new RetryInvoice { InvoiceId = august, Amount = 30.00m, Currency = "USD", InvoiceVersion = 1, RequestedBy = "support" },
            new ChangePaymentMethod { ChangeId = $"m-{i}", AccountId = "hammered", PaymentMethod = i % 3 == 0 ? "pm_stolen" : i % 3 == 1 ? "pm_lost" : $"pm_{i}" },
            new PlaceHold { AccountId = "hammered", Reason = $"reason {i}", RequestedBy = "risk" },
            new LiftHold { AccountId = "hammered", Reason = "all is well", RequestedBy = "risk" }
        ];
        await house.TellAsync([.. Enumerable.Range(0, 50).SelectMany(Commands), new StartMonthClose { Period = "2026-09" }]);
        await house.HearsAsync<MonthCloseCompleted>(done => done.Period == "2026-09");
        await house.TellAsync([.. Enumerable.Range(50, 20).SelectMany(Commands), new StartMonthClose { Period = "2026-10" }]);
        await house.HearsAsync<MonthCloseCompleted>(done => done.Period == "2026-10");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.LedgerTransactions.CountAsync(transaction => transaction.Cause.StartsWith("payment:") || transaction.Cause.StartsWith("credit:"))),
            count => count == 140, "every payment and every credit is booked");
        await house.QuietAsync(TimeSpan.FromSeconds(120));
        house.Clock.Advance(TimeSpan.FromMinutes(6));       // what timed out is looked for
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Charges.AllAsync(charge => charge.State != ChargeState.Unknown && charge.State != ChargeState.Pending)),
            "the outcome of every charge is known");
        await house.QuietAsync();

        Assert.Equal([], await house.ReadInAsync("""select "Place" from "Unlocked" group by 1"""));

        var (entries, balance, invoices, charges) = await house.AskAsync(async db => (await db.LedgerEntries.ToListAsync(), await db.Balances.SingleAsync(), await db.Invoices.ToListAsync(), await db.Charges.ToListAsync()));
        decimal Of(string account) => entries.Where(entry => entry.Account == account).Sum(entry => entry.Amount);
        Assert.Equal(0m, entries.Sum(entry => entry.Amount));
        Assert.Equal((Of(LedgerAccount.Receivable), -Of(LedgerAccount.CustomerCredit)), (balance.Owed, balance.Credit));
        Assert.Equal(-60.00m, Of(LedgerAccount.Revenue));       // 30 + 10 + 20
        Assert.Equal(70 * 0.11m, Of(LedgerAccount.CreditGranted));
        var captured = (await house.CapturesAsync()).Sum(capture => capture.GetProperty("amount").GetInt64()) / 100m;
        Assert.Equal(70 * 0.37m + captured, Of(LedgerAccount.Cash));
        Assert.Equal(captured, charges.Where(charge => charge.State == ChargeState.Succeeded).Sum(charge => charge.Amount));
        Assert.Equal(balance.Owed, invoices.Where(invoice => invoice.Status is InvoiceStatus.Open or InvoiceStatus.CarriedForward && invoice.CarriedTo is null).Sum(invoice => invoice.Outstanding));
        Assert.All(invoices, invoice => Assert.InRange(invoice.AmountPaid + invoice.AmountReduced, 0, invoice.AmountDue));
        foreach (var queue in await house.Broker.ErrorQueuesAsync())
            Assert.Fail($"{queue}: {(await house.Broker.PeekAsync(queue))[0].GetProperty("properties").GetProperty("headers").GetProperty("MT-Fault-Message")}");
    }
}
