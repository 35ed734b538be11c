using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

public class When_a_month_closes(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_bill_charge_and_tell_each_account_once_however_often_it_is_asked()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. Enumerable.Range(1, 25).Select(i => Sample.Account($"acme-{i:00}")),
            Sample.Account("idle"), Sample.Account("no-price"), Sample.Account("broke") with { PaymentMethod = "pm_declined_hard" }]);
        await house.UseAsync([.. Enumerable.Range(1, 25).Select(i => Sample.Use($"acme-{i:00}", 1000 * i)),
            Sample.Use("no-price", 1) with { PriceCode = "unheard-of" }, Sample.Use("broke", 500)]);

        // asked twice at once, and again after the end
        await house.TellAsync(new StartMonthClose { Period = "2026-10" }, new StartMonthClose { Period = "2026-10" });
        var completed = await house.HearsAsync<MonthCloseCompleted>();
        await house.TellAsync(new StartMonthClose { Period = "2026-10", RequestedBy = "someone else" });

        Assert.Equal((28, 27, 1, 0), (completed.Accounts, completed.Closed, completed.Parked, completed.Cancelled));
        var totals = Assert.Single(completed.Totals);
        Assert.Equal(("USD", 26, 3255.00m, 3250.00m, 5.00m), (totals.Currency, totals.Invoices, totals.Invoiced, totals.Collected, totals.Open));    // 10 × (1 + … + 25) = 3250, and 5 held
        Assert.Equal("PriceMissing", (await house.HearsAsync<AccountParked>()).ReasonCode);
        Assert.Contains("declined for good", (await house.HearsAsync<AccountHeld>()).Reason, StringComparison.Ordinal);

        await Eventually.HoldsAsync(async () => (await house.Broker.QueuesAreEmptyAsync()), "every message was handled");
        Assert.Single(house.Heard<MonthCloseCompleted>());
        Assert.Empty(house.Heard<MonthCloseSucceeded>());
        Assert.Equal(26, house.Heard<InvoiceIssued>().Count);
        Assert.Equal(25, house.Heard<ChargeSucceeded>().Count);
        Assert.Equal(27, house.Heard<AccountClosed>().Count);
        Assert.Equal(25, (await house.CapturesAsync()).Count);
        Assert.Equal(26, await house.AskAsync(db => db.Charges.CountAsync(charge => charge.State != ChargeState.Skipped)));
        var letters = house.Heard<SendEmails>().SelectMany(mail => mail.Emails).ToList();
        Assert.Equal((26, 25, 1), (letters.Count(mail => mail.Template == "invoice"), letters.Count(mail => mail.Template == "receipt"), letters.Count(mail => mail.Template == "account-held")));
        await house.BooksAgreeAsync("2026-10");

        // the price is set, the account unparked: the month succeeds, once
        await house.SetPricesAsync(Sample.ApiCalls with { PriceCode = "unheard-of", UnitPrice = 7m });
        await house.TellAsync(new UnparkAccounts { Period = "2026-10", ReasonCode = "PriceMissing" });
        await house.HearsAsync<MonthCloseSucceeded>();
        await Eventually.HoldsAsync(async () => (await house.RunAsync("2026-10")).GetProperty("state").GetString() == "Succeeded", "the run has succeeded");
        Assert.Single(house.Heard<MonthCloseCompleted>());
        Assert.Equal(26, (await house.CapturesAsync()).Count);
        await house.BooksAgreeAsync("2026-10");
    }
}
