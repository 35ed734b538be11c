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

namespace Billing.MonthClose.Tests.Intake.Accounts;

public class When_a_payment_method_changes : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();
    readonly ScriptedGateway gateway = new();

    static readonly GatewayAnswer Declined = new GatewayAnswer.Declined("insufficient_funds", Hard: false);
    static readonly GatewayAnswer Stolen = new GatewayAnswer.Declined("stolen_card", Hard: true);

    public Task InitializeAsync()
    {
        house.Replace = gateway.Install;
        gateway.OnCharge = charge => Task.FromResult(charge.PaymentMethod switch
        {
            "pm_stolen" => Stolen,
            "pm_poor" => Declined,
            _ => new GatewayAnswer.Succeeded($"pi_{charge.ChargeId:N}")
        });
        return house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_charge_at_once_what_was_declined_for_good()
    {
        await house.BillOctoberAsync(
            Sample.Account("stolen") with { PaymentMethod = "pm_stolen" }, Sample.Account("no-card") with { PaymentMethod = null }, Sample.Account("registered") with { PaymentMethod = "pm_stolen" });
        foreach (var id in new[] { "stolen", "no-card", "registered" })
            await house.CollectionIsAsync(id, nameof(Collection.OnHold));
        house.Clock.Advance(TimeSpan.FromDays(10));     // nobody tries again meanwhile
        await house.QuietAsync();
        Assert.Equal(2, gateway.Asked);

        await house.TellAsync(Change("stolen", "pm_ok_new"), Change("no-card", "pm_ok_new"), Sample.Account("registered") with { PaymentMethod = "pm_ok_new" });

        foreach (var id in new[] { "stolen", "no-card", "registered" })
        {
            Assert.Equal([await house.InvoiceOfAsync(id)], (await house.HearsAsync<PaymentMethodChanged>(changed => changed.AccountId == id)).Retried);
            await house.HearsAsync<HoldLifted>(lifted => lifted.AccountId == id);
            await house.CollectionIsAsync(id, nameof(Collection.Paid));
        }

        Assert.Equal(0, await house.AskAsync(db => db.Balances.CountAsync(balance => balance.Owed != 0)));
    }

    [Fact]
    public async Task Should_thank_once_when_the_new_one_pays_before_the_chunk_sends_its_receipts()
    {
        var answer = new TaskCompletionSource();
        gateway.OnCharge = async charge =>
        {
            if (charge.AccountId == "slow")
                await answer.Task;
            return charge.PaymentMethod == "pm_poor" ? Declined : new GatewayAnswer.Succeeded($"pi_{charge.ChargeId:N}");
        };
        var billing = house.BillOctoberAsync(Sample.Account("poor") with { PaymentMethod = "pm_poor" }, Sample.Account("slow"));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Collections.CountAsync()), count => count == 1, "the charge is declined");

        await house.TellAsync(Change("poor", "pm_ok_new"));
        await house.CollectionIsAsync("poor", nameof(Collection.Paid));
        answer.SetResult();
        await billing;
        await house.QuietAsync();

        Assert.Single(house.LettersTo("poor"), "receipt");
        Assert.Single(house.LettersTo("slow"), "receipt");
    }

    [Fact]
    public async Task Should_do_nothing_when_it_is_told_again_and_bring_no_old_card_back()
    {
        await house.BillOctoberAsync(Sample.Account("acme"));
        var (first, second) = (Change("acme", "pm_first"), Change("acme", "pm_second"));
        await house.TellAsync(first);
        await house.HearsAsync<PaymentMethodChanged>();
        await house.TellAsync(second);
        await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<PaymentMethodChanged>().Count), count => count == 2, "both are told");

        await house.TellAsync(first, second, Change("acme", "pm_second"));
        await house.QuietAsync();

        Assert.Equal(("pm_second", 3), await house.AskAsync(async db => await db.Accounts.SingleAsync() is var account ? (account.PaymentMethod!, account.Version) : default));
        Assert.Equal(2, house.Heard<PaymentMethodChanged>().Count);
    }

    [Fact]
    public async Task Should_begin_another_schedule_for_an_account_on_hold_and_keep_it_on_hold_until_it_pays()
    {
        await house.BillOctoberAsync(Sample.Account("held") with { PaymentMethod = "pm_stolen" });
        await house.CollectionIsAsync("held", nameof(Collection.OnHold));

        await house.TellAsync(Change("held", "pm_poor"));

        // the try with the new card is the first attempt of a schedule of its own
        await house.HearsAsync<ChargeFailed>(failed => failed is { Attempt: 1, Origin: "NewMethod" });
        Assert.Equal((1, 1), await house.CollectionIsAsync("held", nameof(Collection.Dunning)) is var one ? (one.Attempt, one.Cycle) : default);
        Assert.True((await house.AccountAsync("held")).GetProperty("held").GetBoolean());
        await house.PassDueTimeAsync("held");
        await house.HearsAsync<ChargeFailed>(failed => failed is { Attempt: 2, Origin: "Retry" });
        await Eventually.HoldsAsync(() => Task.FromResult(string.Join(", ", house.LettersTo("held").Order(StringComparer.Ordinal))),
            letters => letters == "account-held, payment-method-needed, payment-retry, payment-retry", "the second schedule has letters of its own");
        Assert.Single(house.Heard<AccountHeld>());      // it was never free in between

        await house.TellAsync(Change("held", "pm_ok"));
        await house.HearsAsync<HoldLifted>();
    }

    [Fact]
    public async Task Should_charge_at_once_what_waits_for_its_next_try_and_leave_its_schedule()
    {
        await house.BillOctoberAsync(Sample.Account("waits") with { PaymentMethod = "pm_poor" }, Sample.Account("heals") with { PaymentMethod = "pm_poor" });
        var before = await house.CollectionIsAsync("waits", nameof(Collection.Dunning));
        await house.CollectionIsAsync("heals", nameof(Collection.Dunning));
        gateway.OnCharge = charge => Task.FromResult(charge.AccountId == "heals" ? new GatewayAnswer.Succeeded("pi_1") : Declined);

        await house.TellAsync(Change("waits", "pm_other"), Change("heals", "pm_other"));

        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "waits", Attempt: 1, Origin: "NewMethod", RetryAt: null });
        await house.CollectionIsAsync("heals", nameof(Collection.Paid));
        await house.QuietAsync();
        var after = await house.CollectionIsAsync("waits", nameof(Collection.Dunning));
        Assert.Equal((before.Attempt, before.DueAt, before.Cycle), (after.Attempt, after.DueAt, after.Cycle));
    }

    [Fact]
    public async Task Should_not_hold_the_account_whose_old_card_is_declined_for_good_just_then()
    {
        var answer = new TaskCompletionSource<GatewayAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        await house.BillOctoberAsync(Sample.Account("just-then") with { PaymentMethod = "pm_poor" });
        await house.CollectionIsAsync("just-then", nameof(Collection.Dunning));
        gateway.OnCharge = charge => charge.PaymentMethod == "pm_poor" ? answer.Task : Task.FromResult<GatewayAnswer>(new GatewayAnswer.Succeeded("pi_1"));
        await house.PassDueTimeAsync("just-then");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Charges.AnyAsync(charge => charge.State == ChargeState.Pending)), "the old card is being asked");
        await house.TellAsync(Change("just-then", "pm_ok"));
        Assert.Empty((await house.HearsAsync<PaymentMethodChanged>()).Retried);      // a charge that is under way is not overtaken
        answer.SetResult(Stolen);

        await house.CollectionIsAsync("just-then", nameof(Collection.Paid));
        Assert.Empty(house.Heard<AccountHeld>());
    }

    static ChangePaymentMethod Change(string accountId, string method) => new() { ChangeId = $"{accountId}-{method}-{Guid.NewGuid():N}", AccountId = accountId, PaymentMethod = method, RequestedBy = "portal" };
}
