using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Collecting;

[TakesLong(20)]
public class When_things_change_between_two_tries : IAsyncLifetime
{
    // a house for each test: a month closes once
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_hold_the_account_whose_payment_method_the_gateway_no_longer_knows()
    {
        await OpenAsync("method-gone", "pm_soft");
        await house.GatewayRulesAsync(new { payment_method = "pm_soft", behaviour = "missing" });

        house.Clock.Advance(TimeSpan.FromDays(1.01));

        await house.HearsAsync<AccountHeld>(held => held.AccountId == "method-gone");
        Assert.Equal("Held", (await house.AccountAsync("method-gone")).GetProperty("closes")[0].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Should_find_out_about_a_retry_that_was_under_way_when_the_customer_paid()
    {
        await OpenAsync("pays-in-between", "pm_soft");
        await house.GatewayRulesAsync(new { payment_method = "pm_soft", behaviour = "time_out_after_success" });
        house.Clock.Advance(TimeSpan.FromDays(1.01));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Charges.AnyAsync(charge => charge.State == ChargeState.Pending)), "the retry is under way");
        await house.TellAsync(new RecordPayment { PaymentId = "transfer", AccountId = "pays-in-between", Amount = 10.00m, Currency = "USD" });
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Charges.AnyAsync(charge => charge.State == ChargeState.Unknown)), "the retry's outcome is unknown");
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "every message was handled");

        house.Clock.Advance(TimeSpan.FromMinutes(5.1));

        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "pays-in-between");
        Assert.Equal(10.00m, (await house.AccountAsync("pays-in-between")).GetProperty("balance").GetProperty("credit").GetDecimal());
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Collections.Select(one => one.CurrentState).SingleAsync()), state => state == "Paid", "the collection ends");
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_lift_an_accounts_hold_when_one_payment_settles_all_that_held_it()
    {
        var ids = Enumerable.Range(1, 30).Select(i => $"held-{i:00}").ToList();
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. ids.Select(id => Sample.Account(id) with { PaymentMethod = "pm_declined_hard", Email = null })]);
        await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000, "2026-09-10T10:00:00Z")), .. ids.Select(id => Sample.Use(id, 1000))]);
        await house.CloseAsync("2026-09");
        await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000))]);
        await house.CloseAsync("2026-10");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Holds.CountAsync()), count => count == 60, "two holds for each");

        await house.TellAsync([.. (await house.AskAsync(db => db.Balances.ToListAsync())).Select(balance =>
            new RecordPayment { PaymentId = $"all-{balance.AccountId}", AccountId = balance.AccountId, Amount = balance.Owed, Currency = "USD" })]);

        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Holds.CountAsync(hold => hold.LiftedAt == null)), count => count == 0, "every hold is lifted");
        await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<HoldLifted>().Select(lifted => lifted.AccountId).Distinct().Count()), count => count == 30, "each account is told free");
        Assert.Equal(30, house.Heard<HoldLifted>().Count);
    }

    async Task OpenAsync(string accountId, string method)
    {
        await house.GatewayRulesAsync(new { payment_method = method, behaviour = "decline", code = "insufficient_funds" });
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account(accountId) with { PaymentMethod = method, Email = null });
        await house.UseAsync(Sample.Use(accountId, 1000));
        await house.CloseAsync("2026-10");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Collections.AnyAsync(one => one.CurrentState == nameof(Collection.Dunning))), "its collection began");
    }
}
