using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Intake.Payments;

/// <summary>The charge is written down and under way, or its outcome is unknown, and the customer's own transfer comes in.</summary>
[TakesLong(20)]
public class When_the_customer_pays_while_the_gateway_thinks : IAsyncLifetime
{
    // a house for each test: a month closes once
    readonly MonthCloseHouse house = new();
    readonly LateAnswers answers = new();

    public Task InitializeAsync()
    {
        house.Replace = answers.Install;
        return house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_hold_nobody_who_paid_while_his_card_was_declined()
    {
        await BillAsync("declined-late", "pm_slow_decline");
        await house.GatewayRulesAsync(new { payment_method = "pm_slow_decline", behaviour = "decline", code = "stolen_card" });

        await PayWhileUnderWayAsync("declined-late");

        Assert.False((await house.AccountAsync("declined-late")).GetProperty("held").GetBoolean());
        Assert.Equal("AlreadyPaid", (await house.AccountAsync("declined-late")).GetProperty("closes")[0].GetProperty("outcome").GetString());
        Assert.Empty(house.Heard<AccountHeld>(held => held.AccountId == "declined-late"));
        Assert.Equal((0m, 0m), await BalanceAsync("declined-late"));
    }

    [Fact]
    public async Task Should_pay_the_oldest_open_invoice_with_money_that_was_taken_twice()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_slow", behaviour = "decline", code = "insufficient_funds" });
        await BillAsync("twice", "pm_slow", "2026-09-10T10:00:00Z");
        await house.CloseAsync("2026-09");      // 10.00 of September stay open
        await house.GatewayRulesAsync(new { payment_method = "pm_slow", behaviour = "succeed" });
        await house.UseAsync(Sample.Use("twice", 1000));

        await PayWhileUnderWayAsync("twice");

        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "twice");
        Assert.Equal((0m, 0m), await BalanceAsync("twice"));       // the second ten of October is credit, and pays September at once
        var invoices = (await house.AccountAsync("twice")).GetProperty("invoices");
        Assert.Equal(["Paid", "Paid"], invoices.EnumerateArray().Select(invoice => invoice.GetProperty("status").GetString()));
        await house.BooksAgreeAsync("2026-10");
        var october = (await house.Http.GetStringAsync(new Uri("api/runs/2026-10/report.csv", UriKind.Relative))).Split('\n')[1].Split(',');
        Assert.Equal((october[3], october[5]), (october[11], october[12]));     // invoiced and collected, by the ledger's road too
    }

    [Theory]
    [InlineData("timed-out", "pm_timeout_after_success", 10.00), InlineData("unreached", "pm_error_before", 0.00)]
    public async Task Should_still_find_out_what_became_of_an_unknown_charge(string accountId, string method, decimal credit)
    {
        await BillAsync(accountId, method);
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await StateIsAsync(accountId, ChargeState.Unknown);
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Collections.AnyAsync(one => one.AccountId == accountId)), "its collection began");
        await house.TellAsync(Payment(accountId));
        await house.HearsAsync<PaymentRecorded>(payment => payment.AccountId == accountId);
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "the collection heard of it");

        house.Clock.Advance(TimeSpan.FromMinutes(5.1));

        await StateIsAsync(accountId, credit > 0 ? ChargeState.Succeeded : ChargeState.Failed);
        Assert.Equal((0m, credit), await BalanceAsync(accountId));
        await CollectionIsAsync(accountId, nameof(Collection.Paid));
        Assert.Empty(house.Heard<AccountHeld>(held => held.AccountId == accountId));
        await house.BooksAgreeAsync("2026-10");
    }

    async Task BillAsync(string accountId, string method, string on = "2026-10-10T10:00:00Z")
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account(accountId) with { PaymentMethod = method, Email = null });
        await house.UseAsync(Sample.Use(accountId, 1000, on));
    }

    async Task PayWhileUnderWayAsync(string accountId)
    {
        answers.AreLate = true;
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await StateIsAsync(accountId, ChargeState.Pending);
        var invoice = await house.AskAsync(db => db.Invoices.SingleAsync(invoice => invoice.AccountId == accountId && invoice.Period == 202610));
        await house.TellAsync(Payment(accountId) with { InvoiceId = invoice.InvoiceId });
        await house.HearsAsync<PaymentRecorded>(payment => payment.AccountId == accountId);
        answers.Arrive();
        await house.HearsAsync<MonthCloseCompleted>(done => done.Period == "2026-10");
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "every message was handled");
    }

    Task<string?> StateIsAsync(string accountId, ChargeState expected) => Eventually.HoldsAsync(
        () => house.AskAsync(db => db.Charges.Where(charge => charge.AccountId == accountId && charge.Period == 202610).Select(charge => charge.State.ToString()).FirstOrDefaultAsync()),
        state => state == expected.ToString(), $"the charge of {accountId} is {expected}");

    Task<string> CollectionIsAsync(string accountId, string expected) => Eventually.HoldsAsync(
        () => house.AskAsync(db => db.Collections.Where(one => one.AccountId == accountId).Select(one => one.CurrentState).SingleAsync()),
        state => state == expected, $"the collection of {accountId} is {expected}");

    Task<(decimal, decimal)> BalanceAsync(string accountId) =>
        house.AskAsync(async db => await db.Balances.SingleAsync(balance => balance.AccountId == accountId) is var balance ? (balance.Owed, balance.Credit) : default);

    static RecordPayment Payment(string accountId) => new() { PaymentId = $"transfer-{accountId}", AccountId = accountId, Amount = 10.00m, Currency = "USD" };
}
