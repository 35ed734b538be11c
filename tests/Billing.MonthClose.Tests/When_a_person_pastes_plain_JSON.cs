using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests;

/// <summary>Each body of <c>contracts/README.md</c> is sent exactly as a person would send it on the broker's management page, twice.</summary>
public class When_a_person_pastes_plain_JSON(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_do_what_it_says_and_do_it_once()
    {
        await PasteTwiceAsync<SetPrice>(() => house.AskAsync(db => db.Prices.CountAsync()), 1);
        await PasteTwiceAsync<RegisterAccount>(() => house.AskAsync(db => db.Accounts.CountAsync()), 1);
        await PasteTwiceAsync<RegisterAccounts>(() => house.AskAsync(db => db.Accounts.CountAsync()), 3);
        await PasteTwiceAsync<RecordUsage>(() => house.AskAsync(db => db.Usage.CountAsync()), 2);
        await PasteTwiceAsync<GrantCredit>(() => house.AskAsync(db => db.LedgerTransactions.CountAsync()), 1);

        // 1,000 × 0.02 + 500 × 0.01 + 0.12 = 25.12, less 5.00 of credit
        await PasteTwiceAsync<StartMonthClose>(() => house.AskAsync(db => db.Runs.CountAsync(run => run.SucceededAt != null)), 1);
        await house.HearsAsync<MonthCloseSucceeded>();
        Assert.Equal(20.12m, (await house.HearsAsync<ChargeSucceeded>()).Amount);

        // nothing is owed any more, so the transfer is credit
        await PasteTwiceAsync<RecordPayment>(() => house.AskAsync(db => db.LedgerTransactions.CountAsync(transaction => transaction.Cause.StartsWith("payment:"))), 1);
        Assert.Equal(10.00m, (await house.AccountAsync("acme")).GetProperty("balance").GetProperty("credit").GetDecimal());

        // what was paid is corrected: 2.00 go back, 3.00 are credit, of which with the transfer's 10.00 one more goes back
        await PasteTwiceAsync<IssueCreditNote>(() => house.AskAsync(db => db.CreditNotes.CountAsync()), 1);
        await house.HearsAsync<PaymentRefunded>(refund => refund.Amount == 2.00m);
        await PasteTwiceAsync<RefundPayment>(() => house.AskAsync(db => db.Refunds.CountAsync()), 2);
        await house.HearsAsync<PaymentRefunded>(refund => refund.Amount == 1.00m);
        Assert.Equal(12.00m, (await house.AccountAsync("acme")).GetProperty("balance").GetProperty("credit").GetDecimal());

        // another card: told once, charged nothing, because nothing is owed
        await PasteTwiceAsync<ChangePaymentMethod>(() => house.AskAsync(db => db.PaymentMethodChanges.CountAsync()), 1);
        Assert.Empty((await house.HearsAsync<PaymentMethodChanged>()).Retried);
        await PasteTwiceAsync<PlaceHold>(() => house.AskAsync(db => db.Holds.CountAsync(hold => hold.LiftedAt == null)), 1);
        Assert.Equal(("risk", Guid.Empty), await house.HearsAsync<AccountHeld>() is var held ? (held.PlacedBy, held.InvoiceId) : default);
        await PasteTwiceAsync<LiftHold>(() => house.AskAsync(db => db.Holds.CountAsync(hold => hold.LiftedAt != null)), 1);
        Assert.Equal("risk", (await house.HearsAsync<HoldLifted>()).LiftedBy);
        await house.Broker.PasteAsync($"{typeof(RetryInvoice).Namespace}:{nameof(RetryInvoice)}", ReadmeExamples.All[$"{typeof(RetryInvoice).Namespace}:{nameof(RetryInvoice)}"]);
        await house.IsRefusedAsync(nameof(RetryInvoice), "expected the id of an invoice that was issued");

        await PasteTwiceAsync<SetControlTags>(() => house.AskAsync(db => db.Accounts.CountAsync(account => account.Tags != 0)), 1);
        Assert.Equal(["AutoPayOff", "NoDunning"], (await house.HearsAsync<ControlTagsSet>()).Tags);

        // a month that has succeeded can neither be cancelled nor has it anyone parked: both change nothing
        await PasteTwiceAsync<CancelMonthClose>(() => house.AskAsync(db => db.Runs.CountAsync(run => run.CurrentState == nameof(MonthCloseRun.Succeeded))), 1);
        await PasteTwiceAsync<UnparkAccounts>(() => house.AskAsync(db => db.Runs.CountAsync(run => run.CurrentState == nameof(MonthCloseRun.Succeeded))), 1);

        await PasteTwiceAsync<StartReconciliation>(() => house.AskAsync(db => db.ReconciliationPasses.CountAsync()), 2);
        Assert.All(house.Heard<ReconciliationCompleted>(), pass => Assert.Equal(0, pass.Found));

        Assert.Single(house.Heard<ControlTagsSet>());
        Assert.Equal((1, 1), (house.Heard<AccountRegistered>(told => told.AccountId == "acme").Count, house.Heard<ChargeSucceeded>().Count));
        Assert.Equal(1, await house.AskAsync(db => db.Charges.CountAsync(charge => charge.State == ChargeState.Succeeded)));
        await house.BooksAgreeAsync("2026-10");
    }

    [Theory]
    [InlineData("RegisterAccount", """{ "accountId": "bad", "name": "Bad", "currency": "EURO" }""", "Currency is \"EURO\"; expected an ISO 4217 code of three capital letters, such as USD.")]
    [InlineData("RegisterAccount", """{ "name": "Nobody" }""", "AccountId is missing")]
    [InlineData("StartMonthClose", """{ "period": "October" }""", "Period is \"October\"; expected a month such as 2026-10.")]
    [InlineData("RecordPayment", """{ "paymentId": "p", "accountId": "nobody", "amount": 1, "currency": "USD" }""", "AccountId is \"nobody\"; expected an account that is registered.")]
    [InlineData("GrantCredit", """{ "creditId": "c", "accountId": "acme", "amount": -1, "currency": "USD", "reason": "x" }""", "Amount is -1; expected an amount above zero")]
    public async Task Should_answer_what_is_wrong_and_keep_the_message(string command, string body, string reason)
    {
        await house.Broker.PasteAsync($"Billing.Contracts.MonthClose.V1:{command}", body);
        await house.IsRefusedAsync(command, reason);
    }

    async Task PasteTwiceAsync<T>(Func<Task<int>> count, int expected)
    {
        var exchange = $"{typeof(T).Namespace}:{typeof(T).Name}";
        await house.Broker.PasteAsync(exchange, ReadmeExamples.All[exchange]);
        await house.Broker.PasteAsync(exchange, ReadmeExamples.All[exchange]);
        await Eventually.HoldsAsync(count, seen => seen == expected, $"{typeof(T).Name} is done");
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "both messages are handled");
        Assert.Equal(expected, await count());
    }
}
