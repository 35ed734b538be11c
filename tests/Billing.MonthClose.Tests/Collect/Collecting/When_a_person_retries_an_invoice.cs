using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Collecting;

public class When_a_person_retries_an_invoice : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();
    readonly ScriptedGateway gateway = new();

    static readonly GatewayAnswer Declined = new GatewayAnswer.Declined("insufficient_funds", Hard: false);
    static readonly GatewayAnswer Stolen = new GatewayAnswer.Declined("stolen_card", Hard: true);

    public Task InitializeAsync()
    {
        house.Replace = gateway.Install;
        gateway.Answers(Declined);
        return house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_charge_what_is_open_now_and_never_more_than_he_saw()
    {
        await house.BillOctoberAsync(Sample.Account("seen"));
        await house.CollectionIsAsync("seen", nameof(Collection.Dunning));
        var seen = new RetryInvoice { InvoiceId = await house.InvoiceOfAsync("seen"), Amount = 10.00m, Currency = "USD", InvoiceVersion = 1, RequestedBy = "support" };
        await house.TellAsync(seen with { InvoiceVersion = 7 });
        await house.HearsAsync<InvoiceRetryRefused>(refused => refused.ReasonCode == "VersionMismatch");
        await house.TellAsync(seen with { Amount = 9.00m });
        await house.HearsAsync<InvoiceRetryRefused>(refused => refused.ReasonCode == "AmountMismatch");
        await house.TellAsync(seen with { AsOf = house.Clock.GetUtcNow().AddDays(-1) });
        await house.HearsAsync<InvoiceRetryRefused>(refused => refused.ReasonCode == "AsOfMismatch");
        await house.TellAsync(seen with { Currency = "EUR" });
        await house.HearsAsync<InvoiceRetryRefused>(refused => refused.ReasonCode == "CurrencyMismatch");
        Assert.Equal(1, gateway.Asked);

        // some of it is paid meanwhile
        await house.TellAsync(new RecordPayment { PaymentId = "p", AccountId = "seen", Amount = 4.00m, Currency = "USD" });
        await house.HearsAsync<PaymentRecorded>();
        gateway.OnCharge = charge => Task.FromResult<GatewayAnswer>(new GatewayAnswer.Succeeded("pi_1"));
        await house.TellAsync(seen);

        var charged = await house.HearsAsync<ChargeSucceeded>();
        Assert.Equal((6.00m, true), (charged.Amount, charged.Reduced));
    }

    [Fact]      // failed manual retry
    public async Task Should_leave_the_schedule_as_it_was_when_it_fails()
    {
        await house.BillOctoberAsync(Sample.Account("asked-for"));
        var before = await house.CollectionIsAsync("asked-for", nameof(Collection.Dunning));

        foreach (var answer in new[] { Declined, Stolen, new GatewayAnswer.Misused("invalid_request_error", "odd") })
        {
            gateway.Answers(answer);
            var made = await house.ChargesOfAsync("asked-for");
            await RetryAsync("asked-for");
            await Eventually.HoldsAsync(() => house.AskAsync(db => db.Charges.CountAsync(charge => charge.State == ChargeState.Failed)), count => count == made + 1, "it was tried");
            await house.QuietAsync();
        }

        var after = await house.CollectionIsAsync("asked-for", nameof(Collection.Dunning));
        Assert.Equal((before.Attempt, before.DueAt, before.RetryToken), (after.Attempt, after.DueAt, after.RetryToken));
        // of the close: whoever asked by hand tells the customer himself
        await Eventually.HoldsAsync(() => Task.FromResult(string.Join(", ", house.LettersTo("asked-for"))), letters => letters == "payment-retry", "one letter, of the close");
        Assert.Empty(house.Heard<AccountHeld>());

        // the planned try is the second attempt, as if nobody had asked
        gateway.Answers(Declined);
        await house.PassDueTimeAsync("asked-for");
        await house.HearsAsync<ChargeFailed>(failed => failed is { Attempt: 2, Origin: "Retry" });
        await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<ChargeFailed>().Count), count => count == 4, "each refusal is told");
        Assert.Equal([(1, "Close"), (1, "Manual"), (1, "Manual"), (2, "Retry")], house.Heard<ChargeFailed>().Select(failed => (failed.Attempt, failed.Origin!)));
    }

    [Fact]
    public async Task Should_lift_the_hold_of_a_held_account_when_it_succeeds()
    {
        gateway.Answers(Stolen);
        await house.BillOctoberAsync(Sample.Account("held"));
        await house.CollectionIsAsync("held", nameof(Collection.OnHold));
        gateway.Answers(Declined);
        await RetryAsync("held");
        await house.HearsAsync<ChargeFailed>(failed => failed.Origin == "Manual");
        await house.QuietAsync();
        await house.CollectionIsAsync("held", nameof(Collection.OnHold));
        Assert.True((await house.AccountAsync("held")).GetProperty("held").GetBoolean());

        gateway.Answers(new GatewayAnswer.Succeeded("pi_1"));
        await RetryAsync("held");

        await house.HearsAsync<HoldLifted>(lifted => lifted.AccountId == "held");
        await house.CollectionIsAsync("held", nameof(Collection.Paid));
        await Eventually.HoldsAsync(() => Task.FromResult(house.LettersTo("held").Order(StringComparer.Ordinal).ToList()),
            letters => letters is ["account-held", "hold-lifted", "payment-method-needed", "receipt"], "each letter is sent once");
    }

    [Fact]
    public async Task Should_say_why_it_will_not_while_the_outcome_of_another_is_open()
    {
        var answer = new TaskCompletionSource<GatewayAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        await house.BillOctoberAsync(Sample.Account("busy"));
        await house.CollectionIsAsync("busy", nameof(Collection.Dunning));
        gateway.OnCharge = _ => answer.Task;
        await RetryAsync("busy");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Charges.AnyAsync(charge => charge.State == ChargeState.Pending)), "a charge is under way");

        await RetryAsync("busy");
        Assert.Equal("support", (await house.HearsAsync<InvoiceRetryRefused>(refused => refused.ReasonCode == "Pending")).RequestedBy);

        answer.SetResult(new GatewayAnswer.Unknown("timed out"));
        await house.InquiryIsAsync("busy", nameof(ChargeInquiry.Asking));
        await RetryAsync("busy");
        Assert.Contains("take the money twice", (await house.HearsAsync<InvoiceRetryRefused>(refused => refused.ReasonCode == "Unknown")).Reason, StringComparison.Ordinal);
        Assert.Equal(2, gateway.Asked);

        // it is found out that it failed: the plan is where it was
        gateway.OnFind = _ => Declined;
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));
        await house.InquiryIsAsync("busy", nameof(ChargeInquiry.Known));
        var collection = await house.CollectionIsAsync("busy", nameof(Collection.Dunning));
        Assert.Equal((1, new DateTimeOffset(2026, 11, 2, 3, 0, 0, TimeSpan.Zero)), (collection.Attempt, collection.DueAt!.Value));

        gateway.Answers(new GatewayAnswer.Succeeded("pi_1"));
        await RetryAsync("busy");
        await house.CollectionIsAsync("busy", nameof(Collection.Paid));
        await RetryAsync("busy");
        await house.HearsAsync<InvoiceRetryRefused>(refused => refused.ReasonCode == "AlreadyPaid");
        Assert.Equal(3, gateway.Asked);
    }

    [Fact]
    public async Task Should_say_why_it_will_not_when_there_is_nothing_to_charge_with()
    {
        await house.BillOctoberAsync(Sample.Account("no-card") with { PaymentMethod = null }, Sample.Account("by-transfer") with { ManualPayment = true });
        await house.CollectionIsAsync("no-card", nameof(Collection.OnHold));
        await RetryAsync("no-card");
        await RetryAsync("by-transfer");
        await house.HearsAsync<InvoiceRetryRefused>(refused => refused is { AccountId: "no-card", ReasonCode: "NoPaymentMethod" });
        await house.HearsAsync<InvoiceRetryRefused>(refused => refused is { AccountId: "by-transfer", ReasonCode: "ManualPayment" });
        Assert.Equal(0, gateway.Asked);
    }

    Task RetryAsync(string accountId) => house.RetryInvoiceOfAsync(accountId);
}
