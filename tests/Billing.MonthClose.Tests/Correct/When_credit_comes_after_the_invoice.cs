using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Correct;

public class When_credit_comes_after_the_invoice(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_pay_what_is_open_with_it_and_charge_only_the_rest()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_soft", behaviour = "decline", code = "insufficient_funds" });
        await house.BillOctoberAsync(
            Sample.Account("covered") with { PaymentMethod = "pm_soft" }, Sample.Account("partly") with { PaymentMethod = "pm_soft" },
            Sample.Account("held") with { PaymentMethod = "pm_declined_hard" });
        await house.CollectionIsAsync("covered", "Dunning");
        await house.CollectionIsAsync("partly", "Dunning");
        await house.CollectionIsAsync("held", "OnHold");

        await house.TellAsync(Credit("covered", 10.00m), Credit("partly", 4.00m), Credit("held", 12.00m));
        await house.CollectionIsAsync("covered", "Paid");
        await house.CollectionIsAsync("held", "Paid");
        await house.HearsAsync<HoldLifted>(lifted => lifted.AccountId == "held");
        var partly = await house.HearsAsync<CreditApplied>(applied => applied.AccountId == "partly");
        Assert.Equal((4.00m, 6.00m), (partly.Amount, partly.StillOpen));

        await house.PassDueTimeAsync("partly");
        var charge = await house.AskAsync(db => db.Charges.AsNoTracking().Where(charge => charge.AccountId == "partly").ToListAsync());
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Charges.Where(one => one.AccountId == "partly" && one.Amount == 6.00m).CountAsync()),
            count => count == 1, "the rest is charged");
        Assert.Equal(10.00m, charge[0].Amount);
        Assert.Equal(1, await house.ChargesOfAsync("covered"));
        Assert.Equal((0m, 2.00m), await house.AskAsync(async db => await db.Balances.Where(one => one.AccountId == "held")
            .Select(one => new ValueTuple<decimal, decimal>(one.Owed, one.Credit)).SingleAsync()));
        await house.QuietAsync();
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public void Should_pay_the_oldest_first_and_no_more_than_is_owed()
    {
        var used = CreditUse.Spread(new AccountBalance { AccountId = "acme", Currency = "USD", Owed = 25m, Credit = 17m }, [Open(10m), Open(10m), Open(5m)], default).ToList();
        Assert.Equal([(10m, InvoiceStatus.Paid), (7m, InvoiceStatus.Open)], used.Select(one => (one.Amount, one.After.Status)));
        Assert.Equal(3m, used[1].After.Open);
    }

    static GrantCredit Credit(string accountId, decimal amount) =>
        new() { CreditId = $"goodwill-{accountId}", AccountId = accountId, Amount = amount, Currency = "USD", Reason = "goodwill" };

    static Invoice Open(decimal amount) => new()
    {
        InvoiceId = Guid.NewGuid(),
        Number = "INV-1",
        AccountId = "acme",
        Period = 202610,
        RunId = Guid.NewGuid(),
        Currency = "USD",
        FirstDay = new DateOnly(2026, 10, 1),
        LastDay = new DateOnly(2026, 10, 31),
        Total = amount,
        Carried = 0,
        CreditApplied = 0,
        AmountDue = amount,
        AmountPaid = 0,
        Status = InvoiceStatus.Open,
        IssuedAt = default,
        DueOn = default
    };
}
