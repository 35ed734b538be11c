using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Collecting;

/// <summary>No road of a retry ends in silence: each leaves a timer, or says what it waits for.</summary>
public class When_a_planned_try_cannot_be_made : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();
    readonly ScriptedGateway gateway = new();

    static readonly GatewayAnswer Declined = new GatewayAnswer.Declined("insufficient_funds", Hard: false);

    public Task InitializeAsync()
    {
        house.Replace = gateway.Install;
        gateway.Answers(Declined);
        return house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_wait_while_the_account_may_not_be_charged_and_go_on_when_it_may()
    {
        var (transfer, closed) = (Sample.Account("by-transfer"), Sample.Account("closed"));
        await house.BillOctoberAsync(transfer, closed);
        await house.CollectionIsAsync("by-transfer", nameof(Collection.Dunning));
        await house.CollectionIsAsync("closed", nameof(Collection.Dunning));
        await house.TellAsync(transfer with { ManualPayment = true }, closed with { ClosedOn = new DateOnly(2026, 10, 31) });
        await house.HearsAsync<AccountRegistered>(told => told is { AccountId: "by-transfer", Version: 2 });
        await house.HearsAsync<AccountRegistered>(told => told is { AccountId: "closed", Version: 2 });

        await house.PassDueTimeAsync("by-transfer");

        // who is put on manual payment has his terms from that day on: 30 days after 2 November
        Assert.Equal(new DateTimeOffset(2026, 12, 3, 3, 0, 0, TimeSpan.Zero), (await house.CollectionIsAsync("by-transfer", nameof(Collection.AwaitingPayment))).DueAt);
        Assert.Equal("AccountClosed", (await house.CollectionIsAsync("closed", nameof(Collection.Waiting))).Reason);
        Assert.Equal(2, gateway.Asked);

        // the facts change back: both are charged at once, as the attempts that they still had
        await house.TellAsync(transfer with { ManualPayment = false }, closed with { ClosedOn = null });
        Assert.Equal(2, (await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "by-transfer", Attempt: 2 })).Attempt);
        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "closed", Attempt: 2 });
        Assert.NotNull((await house.CollectionIsAsync("by-transfer", nameof(Collection.Dunning))).DueAt);
        Assert.NotNull((await house.CollectionIsAsync("closed", nameof(Collection.Dunning))).DueAt);
    }

    [Fact]      // a generator that loops
    public async Task Should_charge_again_the_next_day_when_something_charged_the_account_too_often()
    {
        await house.BillOctoberAsync(Sample.Account("looped"));
        await house.CollectionIsAsync("looped", nameof(Collection.Dunning));
        await house.BreakInAsync("""
            insert into "Charge" ("ChargeId","InvoiceId","AccountId","Period","Attempt","Amount","Currency","State","Reduced","Drift","Uncounted","Refunded","Origin","CreatedAt")
            select gen_random_uuid(), gen_random_uuid(), 'looped', 202609, 1, 1, 'USD', 'Failed', false, 0, false, 0, 'Close', '2026-11-02 02:59:00Z' from generate_series(1, 15)
            """);

        await house.PassDueTimeAsync("looped");

        var postponed = await Eventually.HoldsAsync(() => house.AskAsync(db => db.Collections.AsNoTracking().SingleAsync()),
            one => one.CurrentState == nameof(Collection.Dunning) && one.DueAt > new DateTimeOffset(2026, 11, 3, 0, 0, 0, TimeSpan.Zero), "it comes back the next day");
        Assert.Equal(1, gateway.Asked);
        gateway.OnCharge = charge => Task.FromResult<GatewayAnswer>(new GatewayAnswer.Succeeded("pi_1"));
        await house.PassDueTimeAsync("looped");
        await house.CollectionIsAsync("looped", nameof(Collection.Paid));
        Assert.Equal(3, postponed.DueAt!.Value.Day);
    }

    [Fact]
    public async Task Should_tell_us_and_not_the_customer_when_the_gateway_refuses_the_request_itself()
    {
        await house.BillOctoberAsync(Sample.Account("refused"));
        await house.CollectionIsAsync("refused", nameof(Collection.Dunning));
        gateway.Answers(new GatewayAnswer.Misused("invalid_request_error", "Received unknown parameter: mandate"));
        await house.PassDueTimeAsync("refused");

        var collection = await house.CollectionIsAsync("refused", nameof(Collection.NeedsAttention));
        Assert.Null(collection.DueAt);
        Assert.Equal("GatewayRefused", (await house.HearsAsync<CollectionNeedsAttention>()).ReasonCode);
        Assert.Contains("unknown parameter", collection.Reason, StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => Task.FromResult(string.Join(", ", house.LettersTo("refused"))), letters => letters == "payment-retry", "a letter of the first refusal, by his bank");

        // a person tries again while it is still refused: it stays; then it is mended, and his bank says no: the plan goes on where it was
        await RetryAsync("refused");
        await Eventually.HoldsAsync(() => house.ChargesOfAsync("refused"), count => count == 3, "the second try was made");
        await house.QuietAsync();
        await house.CollectionIsAsync("refused", nameof(Collection.NeedsAttention));
        gateway.Answers(Declined);
        await RetryAsync("refused");
        collection = await house.CollectionIsAsync("refused", nameof(Collection.Dunning));
        Assert.NotNull(collection.DueAt);
        await house.PassDueTimeAsync("refused");
        await house.HearsAsync<ChargeFailed>(failed => failed is { AccountId: "refused", Attempt: 2, Origin: "Retry" });
        Assert.Empty(house.Heard<AccountHeld>());
    }

    [Fact]
    public async Task Should_not_dun_the_customer_for_our_outage()
    {
        await house.BillOctoberAsync(Sample.Account("unlucky"));
        await house.CollectionIsAsync("unlucky", nameof(Collection.Dunning));
        gateway.Answers(new GatewayAnswer.Unknown("connection refused"));
        await house.PassDueTimeAsync("unlucky");

        // three times it never arrived: the pauses grow, and the attempts do not
        var pauses = new List<double>();
        for (var outage = 1; outage <= 3; outage++)
        {
            await house.InquiryIsAsync("unlucky", nameof(ChargeInquiry.Asking));
            await house.PassDueTimeAsync("unlucky");        // the gateway is asked, and knows of no charge
            var soon = await Eventually.HoldsAsync(() => house.AskAsync(db => db.Collections.AsNoTracking().SingleAsync()),
                one => one.CurrentState == nameof(Collection.Dunning) && one.Outages == outage, $"outage {outage} is known");
            pauses.Add(Math.Round((soon.DueAt!.Value - house.Clock.GetUtcNow()).TotalMinutes));
            Assert.Equal(1, soon.Attempt);
            await house.InquiryIsAsync("unlucky", nameof(ChargeInquiry.Known));     // so that the next one is not taken for this
            if (outage == 3)
                gateway.Answers(Declined);
            await house.PassDueTimeAsync("unlucky");
        }

        Assert.Equal([5, 15, 60], pauses);
        Assert.Equal("Retry", (await house.HearsAsync<ChargeFailed>(failed => failed is { Code: "insufficient_funds", Attempt: 2 })).Origin);
        await Eventually.HoldsAsync(() => Task.FromResult(string.Join(", ", house.LettersTo("unlucky"))), letters => letters == "payment-retry, payment-retry", "a letter for each refusal, and none for an outage");
    }

    [Fact]
    public async Task Should_tell_us_when_the_try_fails_before_any_answer()
    {
        await house.BillOctoberAsync(Sample.Account("broken"));
        await house.CollectionIsAsync("broken", nameof(Collection.Dunning));
        await house.BreakInAsync("""update "Account" set "TimeZone" = 'Nowhere/Land'""");
        await house.PassDueTimeAsync("broken");

        Assert.Contains("StepFailed", (await house.CollectionIsAsync("broken", nameof(Collection.NeedsAttention))).Reason, StringComparison.Ordinal);
        await house.BreakInAsync("""update "Account" set "TimeZone" = 'UTC'""");
        gateway.Answers(new GatewayAnswer.Succeeded("pi_1"));
        await RetryAsync("broken");
        await house.CollectionIsAsync("broken", nameof(Collection.Paid));
    }

    [Fact]
    public async Task Should_charge_once_when_the_command_to_try_comes_twice()
    {
        await house.BillOctoberAsync(Sample.Account("twice"));
        await house.CollectionIsAsync("twice", nameof(Collection.Dunning));
        var again = new RetryCharge(await house.InvoiceOfAsync("twice"), ChargeId: Guid.CreateVersion7());
        await house.TellAsync(again);
        await house.HearsAsync<ChargeFailed>(failed => failed.Attempt == 2);
        await house.TellAsync(again);
        await house.QuietAsync();
        Assert.Equal(2, gateway.Asked);
    }

    [Fact]
    public async Task Should_let_a_rest_go_that_is_too_little_to_charge()
    {
        await house.BillOctoberAsync(Sample.Account("little"));
        await house.CollectionIsAsync("little", nameof(Collection.Dunning));
        await house.TellAsync(new RecordPayment { PaymentId = "almost", AccountId = "little", Amount = 9.80m, Currency = "USD" });
        await house.HearsAsync<PaymentRecorded>();
        await house.PassDueTimeAsync("little");

        await house.CollectionIsAsync("little", nameof(Collection.CarriedOver));
        await house.HearsAsync<AccountOverdueChanged>(changed => changed.State == "None");
        await house.QuietAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(string.Join(", ", house.LettersTo("little"))), letters => letters == "payment-retry", "no receipt for what was not paid");
    }

    [Fact]
    public async Task Should_let_an_account_be_whose_overdue_enforcement_is_off_until_it_is_on_again()
    {
        gateway.Answers(new GatewayAnswer.Declined("stolen_card", Hard: true));
        await house.RegisterAsync(Sample.Account("spared"));
        await house.TellAsync(new SetControlTags { AccountId = "spared", Tags = ["NoDunning"], Reason = "the owner is ill", RequestedBy = "support" });
        await house.HearsAsync<ControlTagsSet>();
        await house.BillOctoberAsync(Sample.Account("spared"));

        Assert.Equal("NoDunning", (await house.CollectionIsAsync("spared", nameof(Collection.Waiting))).Reason);
        await house.TellAsync(new SetControlTags { AccountId = "spared", Tags = [], Reason = "well again", RequestedBy = "support" });
        await house.CollectionIsAsync("spared", nameof(Collection.OnHold));
        await house.HearsAsync<AccountHeld>();
        Assert.Single(house.Heard<AccountHeld>());
        Assert.Equal(2, gateway.Asked);
    }

    Task RetryAsync(string accountId) => house.RetryInvoiceOfAsync(accountId);
}
