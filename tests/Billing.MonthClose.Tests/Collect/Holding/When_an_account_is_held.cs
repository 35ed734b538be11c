using System.Diagnostics;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Holding;

[TakesLong(20)]
public class When_an_account_is_held : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();
    readonly ScriptedGateway gateway = new();

    static readonly GatewayAnswer Declined = new GatewayAnswer.Declined("insufficient_funds", Hard: false);

    public Task InitializeAsync()
    {
        house.Settings["Dunning:Policies:strict:RetryAfterDays:0"] = "1";
        house.Replace = gateway.Install;
        gateway.Answers(Declined);
        return house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]      // hold placed twice
    public async Task Should_place_it_once_however_often_it_is_asked_for()
    {
        await house.RegisterAsync(Sample.Account("acme"));
        await house.TellAsync([.. Enumerable.Range(0, 12).Select(_ => new PlaceHold { AccountId = "acme", Reason = "suspected fraud", RequestedBy = "risk" })]);
        await house.HearsAsync<AccountHeld>();
        await house.QuietAsync();
        Assert.Single(house.Heard<AccountHeld>());

        await house.TellAsync([.. Enumerable.Range(0, 12).Select(_ => new LiftHold { AccountId = "acme", Reason = "all is well", RequestedBy = "risk" })]);
        await house.HearsAsync<HoldLifted>();
        await house.QuietAsync();
        Assert.Single(house.Heard<HoldLifted>());

        await house.TellAsync(new PlaceHold { AccountId = "acme", Reason = "again", RequestedBy = "risk" });
        await house.HearsAsync<AccountHeld>(held => held.Reason == "again");
        Assert.Equal((1, 2), await house.AskAsync(async db => await db.Holds.SingleAsync() is var hold ? (await db.Holds.CountAsync(), hold.Times) : default));
    }

    [Fact]
    public async Task Should_be_free_within_seconds_of_the_payment()
    {
        await house.BillOctoberAsync(Sample.Account("no-card") with { PaymentMethod = null });
        await house.HearsAsync<AccountHeld>();
        await house.CollectionIsAsync("no-card", nameof(Collection.OnHold));
        await house.QuietAsync();

        var waited = Stopwatch.StartNew();
        await house.TellAsync(new RecordPayment { PaymentId = "transfer", AccountId = "no-card", Amount = 10.00m, Currency = "USD" });
        await house.HearsAsync<HoldLifted>();

        // far above what a machine of two cores needs
        Assert.InRange(waited.Elapsed, TimeSpan.Zero, TimeLimits.Scaled(TimeSpan.FromSeconds(15)));
        Assert.Equal("the invoice is paid", house.Heard<HoldLifted>().Single().Reason);
        Assert.False((await house.AccountAsync("no-card")).GetProperty("held").GetBoolean());
        Assert.Equal(["Suspended", "None"], house.Heard<AccountOverdueChanged>().Select(changed => changed.State));
    }

    [Fact]      // the customer pays while the charge waits: the race of a payment and the last refusal
    public async Task Should_never_be_held_for_what_was_paid_while_the_last_try_was_refused()
    {
        await house.BillOctoberAsync([.. Enumerable.Range(1, 10).Select(i => Sample.Account($"racer-{i:00}") with { Tier = "strict", Email = null })]);
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Collections.CountAsync(one => one.CurrentState == nameof(Collection.Dunning))), count => count == 10, "all wait for their last try");
        var (asked, refuse) = (new SemaphoreSlim(0), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        gateway.OnCharge = async _ =>
        {
            asked.Release();
            await refuse.Task;
            return Declined;
        };
        house.Clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await asked.WaitAsync(TimeLimits.Scaled(TimeLimits.Usual)), "the gateway was asked");

        // the refusals and the payments at the same moment: whoever books first, a paid account is free in the end
        refuse.SetResult();
        await house.TellAsync([.. Enumerable.Range(1, 10).Select(i => new RecordPayment { PaymentId = $"p-{i}", AccountId = $"racer-{i:00}", Amount = 10.00m, Currency = "USD" })]);
        await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<PaymentRecorded>().Count), count => count == 10, "all have paid");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Collections.CountAsync(one => one.CurrentState == nameof(Collection.Paid))), count => count == 10, "every collection has ended");
        await house.QuietAsync();

        Assert.Equal(0, await house.AskAsync(db => db.Holds.CountAsync(hold => hold.LiftedAt == null)));
        Assert.Equal(house.Heard<AccountHeld>().Select(held => held.AccountId).Order(StringComparer.Ordinal), house.Heard<HoldLifted>().Select(lifted => lifted.AccountId).Order(StringComparer.Ordinal));
        Assert.True(await house.AskAsync(db => db.Balances.AllAsync(balance => balance.Owed == 0)));
    }

    [Fact]
    public async Task Should_stay_on_hold_by_hand_after_a_payment_unless_it_was_said_otherwise()
    {
        await house.BillOctoberAsync(Sample.Account("fraud") with { PaymentMethod = null }, Sample.Account("debtor") with { PaymentMethod = null });
        await house.HearsAsync<AccountHeld>(held => held.AccountId == "fraud");
        await house.HearsAsync<AccountHeld>(held => held.AccountId == "debtor");
        await house.TellAsync(
            new PlaceHold { AccountId = "fraud", Reason = "suspected fraud", RequestedBy = "risk" },
            new PlaceHold { AccountId = "debtor", Reason = "owes for years", RequestedBy = "risk", LiftedByPayment = true });
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Holds.CountAsync()), count => count == 4, "two holds for each");

        await house.TellAsync(
            new RecordPayment { PaymentId = "p-1", AccountId = "fraud", Amount = 10.00m, Currency = "USD" },
            new RecordPayment { PaymentId = "p-2", AccountId = "debtor", Amount = 10.00m, Currency = "USD" });

        await house.HearsAsync<HoldLifted>(lifted => lifted.AccountId == "debtor");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Holds.CountAsync(hold => hold.LiftedAt == null)), count => count == 1, "only the suspicion is left");
        await house.QuietAsync();
        Assert.Empty(house.Heard<HoldLifted>(lifted => lifted.AccountId == "fraud"));
        Assert.True((await house.AccountAsync("fraud")).GetProperty("held").GetBoolean());
    }
}
