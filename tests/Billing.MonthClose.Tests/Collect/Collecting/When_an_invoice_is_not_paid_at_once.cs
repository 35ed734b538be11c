using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Collecting;

[TakesLong(25)]
public class When_an_invoice_is_not_paid_at_once(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    /// <summary>A diary of one November: each account meets another misfortune on the first, and the days are moved, not waited for.</summary>
    [Fact]
    public async Task Should_collect_it_by_and_by_and_never_twice()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(
            Sample.Account("times-out") with { PaymentMethod = "pm_timeout_after_success" },
            Sample.Account("never-reached") with { PaymentMethod = "pm_500" },
            Sample.Account("declined-twice") with { PaymentMethod = "pm_twice" },
            Sample.Account("never-pays") with { PaymentMethod = "pm_never" },
            Sample.Account("no-card") with { PaymentMethod = null });
        await house.UseAsync([.. new[] { "times-out", "never-reached", "declined-twice", "never-pays", "no-card" }.Select(id => Sample.Use(id, 1000))]);
        await house.GatewayRulesAsync(
            new { payment_method = "pm_500", behaviour = "error_before", first_times = 1 },
            new { payment_method = "pm_twice", behaviour = "decline", code = "insufficient_funds", first_times = 2 },
            new { payment_method = "pm_never", behaviour = "decline", code = "insufficient_funds" });

        // 1 November: the month closes without waiting for any of them
        var completed = await house.CloseAsync("2026-10");
        Assert.Equal((5, 5), (completed.Accounts, completed.Closed));
        Assert.Equal("payment_method_missing", (await house.HearsAsync<ChargeFailed>(failed => failed.AccountId == "no-card")).Code);
        await house.HearsAsync<AccountHeld>(held => held.AccountId == "no-card");
        Assert.Equal(ChargeState.Unknown, await StateAsync("times-out"));
        Assert.Equal(ChargeState.Unknown, await StateAsync("never-reached"));

        // five minutes later the gateway is asked: the one was taken, of the other it never heard
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));
        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "times-out");
        Assert.Equal("never_reached_gateway", (await house.HearsAsync<ChargeFailed>(failed => failed.AccountId == "never-reached")).Code);

        // our outage is no refusal: it is charged again five minutes later, and on 2 November comes the first retry of the others
        await house.CollectionIsAsync("never-reached", nameof(Collection.Dunning));
        await house.PassDueTimeAsync("never-reached");
        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "never-reached");
        house.Clock.Advance(TimeSpan.FromDays(1));
        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "declined-twice", Attempt: 2 });
        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "never-pays", Attempt: 2 });

        // 5, 10 and 17 November
        house.Clock.Advance(TimeSpan.FromDays(3));
        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "declined-twice");
        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "never-pays", Attempt: 3 });
        house.Clock.Advance(TimeSpan.FromDays(5));
        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "never-pays", Attempt: 4 });
        Assert.Empty(house.Heard<AccountHeld>(held => held.AccountId == "never-pays"));
        house.Clock.Advance(TimeSpan.FromDays(7));
        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "never-pays", Attempt: 5, RetryAt: null });
        Assert.Equal("declined 5 times, last: insufficient_funds", (await house.HearsAsync<AccountHeld>(held => held.AccountId == "never-pays")).Reason);
        Assert.True((await house.AccountAsync("never-pays")).GetProperty("held").GetBoolean());

        // 18 November: a transfer comes in, and the hold is lifted within seconds
        await house.TellAsync(new RecordPayment { PaymentId = "late-but-paid", AccountId = "never-pays", Amount = 10.00m, Currency = "USD" });
        await house.HearsAsync<HoldLifted>(lifted => lifted.AccountId == "never-pays");
        Assert.False((await house.AccountAsync("never-pays")).GetProperty("held").GetBoolean());

        var captures = (await house.CapturesAsync()).Select(capture => capture.GetProperty("customer").GetString()!).Order(StringComparer.Ordinal);
        Assert.Equal(["declined-twice", "never-reached", "times-out"], captures);
        await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<SendEmails>().SelectMany(mail => mail.Emails).Count(mail => mail.Template is "payment-retry" or "payment-last-try")),
            count => count == 6, "a letter for each refusal that is followed by another try: two and four; an outage of ours is told to nobody");
        await house.BooksAgreeAsync("2026-10");
    }

    Task<ChargeState> StateAsync(string accountId) => house.AskAsync(db => db.Charges.Where(charge => charge.AccountId == accountId).Select(charge => charge.State).SingleAsync());
}
