using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Alerting;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Correct.Refunding;

/// <summary>A person refunds at the gateway, a bank takes a payment back, the gateway takes one twice: the books have it, by webhook or the night after.</summary>
public sealed class When_money_goes_back_without_us : IAsyncLifetime
{
    const string Secret = "whsec_of_the_test";
    readonly MonthCloseHouse _house = new();

    public async Task InitializeAsync()
    {
        _house.Settings["Gateway:Webhooks:Secrets:0"] = Secret;
        await _house.InitializeAsync();
    }

    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_book_once_what_a_webhook_tells_twice()
    {
        await _house.BillOctoberAsync(Sample.Account("refunded"), Sample.Account("disputed"), Sample.Account("won"));
        await _house.TellByWebhookAsync(Secret, duplicated: 1);

        await _house.RefundAtGatewayAsync(await _house.PaymentOfAsync("refunded"), 400);
        await _house.DisputeAsync(await _house.PaymentOfAsync("disputed"), "needs_response");
        await _house.DisputeAsync(await _house.PaymentOfAsync("won"), "needs_response");
        var refunded = await _house.HearsAsync<PaymentRefunded>();
        Assert.Equal(("refunded", 4.00m, "USD"), (refunded.AccountId, refunded.Amount, refunded.Currency));
        await _house.HearsAsync<PaymentDisputed>(dispute => dispute is { AccountId: "disputed", Amount: 10.00m, State: nameof(DisputeState.Withdrawn) });
        await _house.HearsAsync<PaymentDisputed>(dispute => dispute is { AccountId: "won", State: nameof(DisputeState.Withdrawn) });
        await _house.HearsAsync<BillingAlert>(alert => alert is { Code: AlertCode.PaymentDisputed, AccountId: "disputed" });

        await _house.DisputeAsync(await _house.PaymentOfAsync("disputed"), "lost");
        await _house.DisputeAsync(await _house.PaymentOfAsync("won"), "won");
        await _house.HearsAsync<PaymentDisputed>(dispute => dispute is { AccountId: "won", State: nameof(DisputeState.Reinstated) });
        await _house.QuietAsync();

        Assert.Single(_house.Heard<PaymentRefunded>());
        Assert.Equal(3, _house.Heard<PaymentDisputed>().Count);
        Assert.Equal((30m - 4 - 10, 10m, 4m), (await SumAsync(LedgerAccount.Cash), await SumAsync(LedgerAccount.Disputed), await SumAsync(LedgerAccount.PaidOutside)));
        Assert.Equal(0, (await _house.ReconcileAsync("2026-10")).Found);
        await _house.BooksAgreeAsync("2026-10");

        // a person says what the refund was: it meets the money that went back
        await _house.CreditAsync(await _house.CreditNoteAsync("refunded", 4.00m) with { Outside = 4.00m });
        await _house.HearsAsync<CreditNoteIssued>();
        Assert.Equal(0m, await SumAsync(LedgerAccount.PaidOutside));
    }

    [Fact]
    public async Task Should_find_in_the_night_what_no_webhook_told()
    {
        await _house.BillOctoberAsync(Sample.Account("refunded"), Sample.Account("disputed"));
        await _house.RefundAtGatewayAsync(await _house.PaymentOfAsync("refunded"), 400);
        await _house.DisputeAsync(await _house.PaymentOfAsync("disputed"), "needs_response");

        var pass = await _house.ReconcileAsync("2026-10");

        Assert.Equal((2, 2), (pass.Found, pass.Repaired));
        Assert.Equal((20m - 4 - 10, 10m), (await SumAsync(LedgerAccount.Cash), await SumAsync(LedgerAccount.Disputed)));
        Assert.Equal(0, (await _house.ReconcileAsync("2026-10")).Found);

        await _house.DisputeAsync(await _house.PaymentOfAsync("disputed"), "won");
        Assert.Equal(DriftClass.DisputeNotBooked, await OnlyDriftAsync());
        Assert.Equal(0m, await SumAsync(LedgerAccount.Disputed));
    }

    [Fact]
    public async Task Should_give_back_what_was_taken_twice_when_a_person_says_so()
    {
        await _house.BillOctoberAsync(Sample.Account("twice"));
        await CaptureAgainAsync();
        Assert.Equal(DriftClass.CapturedTwice, await OnlyDriftAsync());
        var drift = await _house.AskAsync(db => db.Drifts.AsNoTracking().SingleAsync());
        Assert.Equal(DriftState.Parked, drift.State);
        var back = new RefundCapture { DriftId = drift.DriftId, Amount = 10.00m, Currency = "USD", Reason = "taken twice", RequestedBy = "ann" };

        await _house.TellAsync(back with { Amount = 9.00m });
        await _house.IsRefusedAsync(nameof(RefundCapture), "Amount is \"9.00 USD\"; expected 10.00 USD");
        await _house.TellAsync(back, back);
        await _house.HearsAsync<PaymentRefunded>();
        await _house.QuietAsync();

        Assert.Equal(10.00m, (await _house.HearsAsync<PaymentRefunded>()).Amount);
        Assert.Single(_house.Heard<PaymentRefunded>());
        Assert.Equal(10.00m, await SumAsync(LedgerAccount.Cash));
        Assert.Equal(0, (await _house.ReconcileAsync("2026-10")).Found);

        await _house.UseAsync(Sample.Use("twice", 1000, "2026-11-10T10:00:00Z"));
        await _house.CloseAsync("2026-11");
        await _house.HearsAsync<ChargeSucceeded>(charge => charge.Period == "2026-11");
    }

    [Fact]
    public async Task Should_give_back_what_was_taken_twice_when_that_is_the_policy()
    {
        await _house.StopServiceAsync();
        _house.Settings[$"Reconciling:Levels:{DriftClass.CapturedTwice}"] = nameof(DriftLevel.Repair);
        await _house.StartServiceAsync();
        await _house.BillOctoberAsync(Sample.Account("twice"));
        await CaptureAgainAsync();

        Assert.Equal(DriftClass.CapturedTwice, await OnlyDriftAsync());

        await _house.HearsAsync<PaymentRefunded>();
        await _house.QuietAsync();
        Assert.Equal(0, (await _house.ReconcileAsync("2026-10")).Found);
    }

    async Task CaptureAgainAsync() =>
        await _house.CaptureAsync("twice", await _house.AskAsync(db => db.Charges.Select(charge => charge.ChargeId).SingleAsync()));

    /// <summary>A pass finds one drift, of this class.</summary>
    async Task<string> OnlyDriftAsync()
    {
        var pass = await _house.ReconcileAsync("2026-10");
        return Assert.Single(_house.Heard<DriftFound>(drift => drift.PassId == pass.PassId)).Class;
    }

    Task<decimal> SumAsync(string account) => _house.AskAsync(db => db.LedgerEntries.Where(entry => entry.Account == account).SumAsync(entry => entry.Amount));
}
