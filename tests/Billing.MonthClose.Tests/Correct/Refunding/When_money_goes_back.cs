using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Correct.Refunding;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Correct.Refunding;

/// <summary>October is closed, and a charge took 10.00.</summary>
[TakesLong(50)]
public class When_money_goes_back : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_make_partial_refunds_and_never_give_back_more_than_was_taken()
    {
        await CloseAsync("acme");
        await house.CreditAsync(await house.CreditNoteAsync("acme", 4.00m) with { Refund = 4.00m });
        await house.HearsAsync<PaymentRefunded>();
        await house.CreditAsync(await house.CreditNoteAsync("acme", 5.00m) with { AccountCredit = 5.00m });
        await house.TellAsync(new GrantCredit { CreditId = "more", AccountId = "acme", Amount = 50.00m, Currency = "USD", Reason = "x" });
        await Eventually.HoldsAsync(async () => (await house.BalanceAsync("acme")).Credit == 55.00m, "the credit is there");

        await house.IsRejectedAsync(await RefundAsync("acme", 6.01m), "expected at most 6.00 USD, which is what the gateway took and has not given back");
        await house.TellAsync(await RefundAsync("acme", 6.00m));
        await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<PaymentRefunded>().Count == 2), "the rest is refunded");
        await house.IsRejectedAsync(await RefundAsync("acme", 0.01m), "expected at most 0.00 USD");

        Assert.Equal([400, 600], await house.GivenBackAsync("acme"));
        Assert.Equal((0m, 49.00m), await house.BalanceAsync("acme"));
        // and should every check of ours be passed by, the database refuses
        var overdrawn = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => house.AskAsync(db => db.Database.ExecuteSqlRawAsync("""update "Charge" set "Refunded" = 10.01""")));
        Assert.Equal("NoMoreRefundedThanCharged", overdrawn.ConstraintName);
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_find_out_what_became_of_a_refund_that_timed_out_after_success_and_never_refund_twice()
    {
        await house.GatewayRulesAsync(new { on = "refund", behaviour = "time_out_after_success" });
        await CloseAsync("acme");
        await house.CreditAsync(await house.CreditNoteAsync("acme", 4.00m) with { Refund = 4.00m });
        var unknown = await house.HearsAsync<PaymentRefundUnknown>();
        Assert.NotNull(unknown.AskedAgainAt);
        await house.IsRejectedAsync(await house.CreditNoteAsync("acme", 1.00m) with { Refund = 1.00m }, "wait until it is known");

        house.Clock.Advance(TimeSpan.FromMinutes(5.1));
        Assert.Equal(4.00m, (await house.HearsAsync<PaymentRefunded>()).Amount);
        Assert.Equal([400], await house.GivenBackAsync("acme"));
        Assert.Equal([RefundState.Succeeded], (await house.RefundsAsync("acme")).ConvertAll(refund => refund.State));
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_ask_again_for_a_refund_that_the_gateway_never_saw()
    {
        await house.GatewayRulesAsync(new { on = "refund", behaviour = "error_before" });
        await CloseAsync("acme");
        await house.CreditAsync(await house.CreditNoteAsync("acme", 4.00m) with { Refund = 4.00m });
        await house.HearsAsync<PaymentRefundUnknown>();
        Assert.Equal((0m, 0m), await house.BalanceAsync("acme"));

        await house.GatewayRulesAsync();        // the outage is over
        await house.Gateway.DeleteAsync(new Uri("simulator/keys", UriKind.Relative));       // and its answer to the first request forgotten
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));
        await house.HearsAsync<PaymentRefunded>();
        Assert.Equal([400], await house.GivenBackAsync("acme"));
        Assert.Equal((0m, 0m), await house.BalanceAsync("acme"));
        Assert.Equal([(GatewayCallKind.Refund, "Unknown"), (GatewayCallKind.RefundLook, "NotFound"), (GatewayCallKind.RefundLook, "NotFound"), (GatewayCallKind.Refund, "Succeeded")],
            (await house.AskAsync(db => db.GatewayCalls.Where(call => call.Kind == GatewayCallKind.Refund || call.Kind == GatewayCallKind.RefundLook)
                .OrderBy(call => call.AskedAt).ThenBy(call => call.CallId).ToListAsync())).ConvertAll(call => (call.Kind, call.Answer)));
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_turn_a_refund_that_the_gateway_never_sees_into_credit_after_the_last_look()
    {
        await house.StopServiceAsync();
        house.Settings["Gateway:AskAfter:0"] = "00:05:00";
        await house.StartServiceAsync();
        await house.GatewayRulesAsync(new { on = "refund", behaviour = "error_before" });
        await CloseAsync("acme");
        await house.CreditAsync(await house.CreditNoteAsync("acme", 4.00m) with { Refund = 4.00m });
        await house.HearsAsync<PaymentRefundUnknown>();
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));
        Assert.Equal("never_reached_gateway", (await house.HearsAsync<PaymentRefundFailed>()).Code);
        Assert.Equal((0m, 4.00m), await house.BalanceAsync("acme"));

        // under a new id it may be tried again
        await house.GatewayRulesAsync();
        await house.TellAsync(await RefundAsync("acme", 4.00m));
        await house.HearsAsync<PaymentRefunded>();
        Assert.Equal((0m, 0m), await house.BalanceAsync("acme"));
        Assert.Equal([400], await house.GivenBackAsync("acme"));
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_ask_for_a_refund_whose_message_was_lost()
    {
        await house.GatewayRulesAsync(new { on = "refund", behaviour = "error_before" });
        await CloseAsync("acme");
        await house.CreditAsync(await house.CreditNoteAsync("acme", 4.00m) with { Refund = 4.00m });
        await house.HearsAsync<PaymentRefundUnknown>();
        await house.GatewayRulesAsync();
        await house.Gateway.DeleteAsync(new Uri("simulator/keys", UriKind.Relative));
        await house.AskAsync(db => db.Refunds.ExecuteUpdateAsync(set => set.SetProperty(refund => refund.State, RefundState.Pending)));      // as before the message, which never came

        house.Clock.Advance(TimeSpan.FromMinutes(62));
        await house.HearsAsync<PaymentRefunded>();
        Assert.Equal([400], await house.GivenBackAsync("acme"));
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_turn_a_refund_that_fails_into_credit_and_say_why()
    {
        await house.GatewayRulesAsync(new { on = "refund", behaviour = "decline", code = "expired_or_canceled_card" });
        await CloseAsync("acme");
        await house.CreditAsync(await house.CreditNoteAsync("acme", 4.00m) with { Refund = 3.00m, Outside = 1.00m });
        Assert.Equal("expired_or_canceled_card", (await house.HearsAsync<PaymentRefundFailed>()).Code);
        Assert.Equal((0m, 3.00m), await house.BalanceAsync("acme"));
        Assert.Equal(0m, await house.AskAsync(db => db.Charges.Where(charge => charge.State == ChargeState.Succeeded).Select(charge => charge.Refunded).SingleAsync()));
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_ask_first_what_became_of_a_refund_that_a_crash_left_behind()
    {
        await CloseAsync("acme");
        using (var gate = new Gate<AskRefund>(house.Services))
        {
            await house.CreditAsync(await house.CreditNoteAsync("acme", 4.00m) with { Refund = 4.00m });
            await gate.Arrived;
            // the process that had asked died before it could book the answer, and the gateway has forgotten the key since
            var refund = Assert.Single(await house.RefundsAsync("acme"));
            await house.AskAsync(db => db.Refunds.ExecuteUpdateAsync(set => set.SetProperty(one => one.AskedAt, DateTimeOffset.UnixEpoch)));
            var gateway = (IPaymentGateway)house.Services.GetService(typeof(IPaymentGateway))!;
            Assert.IsType<GatewayAnswer.Succeeded>(await gateway.RefundAsync(refund.ToGateway(), default));
            (await house.Gateway.DeleteAsync(new Uri("simulator/keys", UriKind.Relative))).EnsureSuccessStatusCode();
        }

        await house.HearsAsync<PaymentRefunded>();
        Assert.Equal([400], await house.GivenBackAsync("acme"));
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_refund_what_was_paid_too_much_and_only_that()
    {
        await CloseAsync("acme");
        await house.IsRejectedAsync(await RefundAsync("acme", 1.00m), "expected at most 0.00 USD, the account's credit; what an invoice rightly asked for is taken back by a credit note");
        await house.TellAsync(new RecordPayment { PaymentId = "again", AccountId = "acme", Amount = 10.00m, Currency = "USD" });
        await house.HearsAsync<PaymentRecorded>();
        var refund = await RefundAsync("acme", 10.00m);
        await house.TellAsync(refund, refund);
        Assert.Equal(refund.RefundId, (await house.HearsAsync<PaymentRefunded>()).RefundId);
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "both are handled");
        Assert.Equal([1000], await house.GivenBackAsync("acme"));
        Assert.Equal((0m, 0m), await house.BalanceAsync("acme"));
        await BooksTieAsync();
    }

    async Task CloseAsync(string accountId)
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account(accountId));
        await house.UseAsync(Sample.Use(accountId, 1000));
        await house.CloseAsync("2026-10");
    }

    async Task<RefundPayment> RefundAsync(string accountId, decimal amount)
    {
        var invoice = await house.InvoiceAsync(accountId);
        return new RefundPayment
        {
            RefundId = $"refund-{Guid.NewGuid():N}",
            InvoiceNumber = invoice.Number,
            InvoiceVersion = invoice.Version,
            Amount = amount,
            Currency = invoice.Currency,
            Reason = "paid twice"
        };
    }

    async Task BooksTieAsync()
    {
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "all is handled");
        await house.BooksAgreeAsync("2026-10");
        await house.ReportTiesAsync("2026-10");
    }
}
