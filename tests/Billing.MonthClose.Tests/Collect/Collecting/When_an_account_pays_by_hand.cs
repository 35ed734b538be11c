using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Collecting;

/// <summary>By bank transfer: it has terms, and is then reminded and held by the policy of those who are charged. Nobody asks the gateway.</summary>
public sealed class When_an_account_pays_by_hand : IAsyncLifetime
{
    readonly MonthCloseHouse _house = new();

    public async Task InitializeAsync()
    {
        _house.Settings["Dunning:Policies:short:RetryAfterDays:0"] = "3";
        _house.Settings["Dunning:Policies:short:PaymentTermsDays"] = "10";
        await _house.InitializeAsync();
    }

    public Task DisposeAsync() => _house.DisposeAsync();

    static RegisterAccount ByTransfer(string id) => Sample.Account(id) with { ManualPayment = true, Tier = "short" };

    [Fact]
    public async Task Should_remind_hold_and_free_it_on_dated_days()
    {
        await _house.BillOctoberAsync(ByTransfer("late"));

        // invoiced on 1 November at 12:00, ten days to pay: the 11th is in time
        var awaiting = await _house.CollectionIsAsync("late", nameof(Collection.AwaitingPayment));
        Assert.Equal(At(12), awaiting.DueAt);
        Assert.Equal(new DateOnly(2026, 11, 11), (await _house.HearsAsync<InvoiceIssued>()).DueOn);
        Assert.Equal("ManualPayment", (await _house.HearsAsync<ChargeSkipped>()).Reason);
        var view = await _house.CollectionViewAsync(awaiting.CorrelationId);
        Assert.Equal("2026-11-11", view.GetProperty("payBy").GetString());
        Assert.Equal(["2026-11-12 ChangesBlocked", "2026-11-15 Suspended"],
            view.GetProperty("planned").EnumerateArray().Select(one => $"{one.GetProperty("localDay").GetString()} {one.GetProperty("ifRefused").GetString()}"));

        await _house.PassDueTimeAsync("late");
        var overdue = await _house.HearsAsync<PaymentOverdue>();
        Assert.Equal((1, 10.00m, new DateOnly(2026, 11, 11), At(15)), (overdue.Attempt, overdue.Open, overdue.PayBy, overdue.NextAt));
        await _house.HearsAsync<AccountOverdueChanged>(told => told.State == nameof(OverdueState.ChangesBlocked));
        await LettersAreAsync("late", "payment-last-reminder");

        await _house.PassDueTimeAsync("late");
        Assert.Equal("not paid by 2026-11-11, and reminded once", (await _house.HearsAsync<AccountHeld>()).Reason);
        await _house.CollectionIsAsync("late", nameof(Collection.OnHold));
        await _house.HearsAsync<AccountOverdueChanged>(told => told.State == nameof(OverdueState.Suspended));
        await LettersAreAsync("late", "payment-last-reminder, account-held");

        await _house.TellAsync(new RecordPayment { PaymentId = "transfer", AccountId = "late", Amount = 10.00m, Currency = "USD" });
        await _house.HearsAsync<HoldLifted>();
        await _house.HearsAsync<AccountOverdueChanged>(told => told.State == nameof(OverdueState.None));
        await _house.CollectionIsAsync("late", nameof(Collection.Paid));
        Assert.Empty(await _house.CapturesAsync());
        Assert.Equal(2, _house.Heard<PaymentOverdue>().Count);
        await _house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_not_remind_who_pays_in_time()
    {
        await _house.BillOctoberAsync(ByTransfer("in-time"));
        await _house.CollectionIsAsync("in-time", nameof(Collection.AwaitingPayment));

        await _house.TellAsync(new RecordPayment { PaymentId = "transfer", AccountId = "in-time", Amount = 10.00m, Currency = "USD" });

        await _house.CollectionIsAsync("in-time", nameof(Collection.Paid));
        _house.Clock.SetTo(At(20));
        await _house.QuietAsync();
        Assert.Empty(_house.Heard<PaymentOverdue>());
        await LettersAreAsync("in-time", "receipt");
    }

    [Fact]
    public async Task Should_be_charged_when_it_pays_by_card_again()
    {
        await _house.BillOctoberAsync(ByTransfer("registered"), Sample.Account("tagged"));
        await _house.TellAsync(new SetControlTags { AccountId = "tagged", Tags = [nameof(ControlTags.ManualPay)], Reason = "asked for it", RequestedBy = "ann" });
        await _house.HearsAsync<ControlTagsSet>();
        await _house.UseAsync(Sample.Use("tagged", 1000, "2026-11-05T10:00:00Z"), Sample.Use("registered", 1000, "2026-11-05T10:00:00Z"));
        await _house.CloseAsync("2026-11");
        await _house.QuietAsync();
        Assert.Single(await _house.CapturesAsync());       // October of who was not tagged yet

        await _house.TellAsync(
            ByTransfer("registered") with { ManualPayment = false },
            new SetControlTags { AccountId = "tagged", Tags = [], Reason = "card again", RequestedBy = "ann" });

        await _house.HearsAsync<ChargeSucceeded>(charge => charge is { AccountId: "tagged", Period: "2026-11" });
        await _house.HearsAsync<ChargeSucceeded>(charge => charge is { AccountId: "registered", Period: "2026-10" });
        await _house.HearsAsync<ChargeSucceeded>(charge => charge is { AccountId: "registered", Period: "2026-11" });
        await _house.BooksAgreeAsync("2026-10");
        await _house.BooksAgreeAsync("2026-11");
    }

    [Fact]
    public async Task Should_have_nothing_happen_to_it_while_it_is_not_to_be_dunned()
    {
        await _house.BillOctoberAsync(ByTransfer("spared"));
        await _house.CollectionIsAsync("spared", nameof(Collection.AwaitingPayment));
        await _house.TellAsync(new SetControlTags { AccountId = "spared", Tags = [nameof(ControlTags.NoDunning)], Reason = "a big customer", RequestedBy = "ann" });
        await _house.HearsAsync<ControlTagsSet>();

        await _house.PassDueTimeAsync("spared");
        await _house.HearsAsync<PaymentOverdue>(one => one.Attempt == 1);
        await _house.CollectionIsAsync("spared", nameof(Collection.Dunning));
        await _house.PassDueTimeAsync("spared");
        Assert.Equal(nameof(ControlTags.NoDunning), (await _house.CollectionIsAsync("spared", nameof(Collection.Waiting))).Reason);
        Assert.Empty(_house.Heard<AccountHeld>());
        Assert.Empty(_house.Heard<AccountOverdueChanged>());

        await _house.TellAsync(new SetControlTags { AccountId = "spared", Tags = [], Reason = "not any more", RequestedBy = "ann" });
        await _house.HearsAsync<AccountHeld>();
    }

    Task<string> LettersAreAsync(string accountId, string expected) =>
        Eventually.HoldsAsync(() => Task.FromResult(string.Join(", ", _house.LettersTo(accountId))), letters => letters == expected, $"{accountId} is told: {expected}");

    static DateTimeOffset At(int day) => new(2026, 11, day, 3, 0, 0, TimeSpan.Zero);
}
