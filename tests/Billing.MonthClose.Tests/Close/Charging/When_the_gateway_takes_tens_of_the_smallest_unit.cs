using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Tests.House;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Charging;

/// <summary>Currencies of three decimals, of which the gateway takes multiples of ten of the smallest unit: what is due is rounded on the invoice.</summary>
public class When_the_gateway_takes_tens_of_the_smallest_unit(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    static readonly string[] Currencies = ["BHD", "JOD", "KWD", "OMR", "TND"];

    [Fact]
    public async Task Should_charge_and_give_back_what_it_takes_and_park_alone_what_cannot_be_told()
    {
        await house.SetPricesAsync([.. Currencies.Append("USD").Select(currency => Sample.ApiCalls with { Currency = currency, UnitPrice = 0.001m })]);
        await house.RegisterAsync([.. Currencies.Select(currency => Sample.Account(currency) with { Currency = currency }),
            Sample.Account("down") with { Currency = "KWD" }, Sample.Account("odd") with { Currency = "KWD" }, Sample.Account("dollars")]);
        await house.UseAsync([.. Currencies.Append("dollars").Append("odd").Select(id => Sample.Use(id, 12345)), Sample.Use("down", 12344)]);
        // the balance is the judge of what is still owed: here it leaves an amount that cannot be told
        await house.BreakInAsync("""
            create function make_owed() returns trigger language plpgsql as $$ begin
                if new."AccountId" = 'odd' and new."Owed" = 12.350 then new."Owed" = 12.347; end if; return new; end $$;
            create trigger owed before update on "AccountBalance" for each row execute function make_owed();
            """);
        var done = await house.CloseAsync("2026-10");
        Assert.Equal((7, 1), (done.Closed, done.Parked));
        Assert.Equal("AmountCannotBeTold", (await house.HearsAsync<AccountParked>(parked => parked.AccountId == "odd")).ReasonCode);

        var taken = await house.AskAsync(db => db.Charges.Where(charge => charge.State == ChargeState.Succeeded)
            .ToDictionaryAsync(charge => charge.AccountId, charge => charge.Amount));
        Assert.All(Currencies, currency => Assert.Equal(12.350m, taken[currency]));
        Assert.Equal((12.340m, 12.35m), (taken["down"], taken["dollars"]));       // 12.345 USD is rounded to cents as ever
        Assert.Equal([12350, 12350, 12350, 12350, 12340, 12350, 1235],
            (await house.CapturesAsync()).OrderBy(one => Array.IndexOf(["BHD", "JOD", "KWD", "OMR", "down", "TND", "dollars"], one.GetProperty("metadata").GetProperty("account_id").GetString()))
                .Select(one => one.GetProperty("amount").GetInt64()));
        Assert.Equal(["12.345", "0.005"], (await house.AskAsync(db => (
            from line in db.InvoiceLines
            join invoice in db.Invoices on line.InvoiceId equals invoice.InvoiceId
            where invoice.AccountId == "KWD"
            orderby line.Position
            select line.Amount).ToListAsync())).Select(amount => amount.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture)));

        await house.IsRejectedAsync(await house.CreditNoteAsync("KWD", 0.005m) with { Refund = 0.005m }, "expected a multiple of 0.010 KWD");
        await house.CreditAsync(await house.CreditNoteAsync("KWD", 2.345m) with { Refund = 2.340m, AccountCredit = 0.005m });
        await house.HearsAsync<PaymentRefunded>(refund => refund.AccountId == "KWD");
        Assert.Equal([2340], await house.GivenBackAsync("KWD"));
        await house.IsRejectedAsync(new GrantCredit { CreditId = "c-1", AccountId = "KWD", Amount = 0.005m, Currency = "KWD", Reason = "goodwill" },
            "an amount that the gateway could charge");
    }
}
