using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Intake.Accounts;

public class When_an_account_is_tagged : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_honour_a_tag_that_is_set_between_the_invoice_and_the_charge()
    {
        await UseAsync(Sample.Account("disputes"), Sample.Account("given-up"), Sample.Account("pays"));
        using (var gate = new Gate<ChargeInvoices>(house.Services))
        {
            await house.TellAsync(new StartMonthClose { Period = "2026-10" });
            await gate.Arrived;
            await TagAsync("disputes", "AutoPayOff");
            await TagAsync("given-up", "WrittenOff");
        }

        await house.HearsAsync<MonthCloseSucceeded>();
        Assert.Equal("AutoPayOff", (await house.HearsAsync<ChargeSkipped>(skipped => skipped.AccountId == "disputes")).Reason);
        Assert.Equal("WrittenOff", (await house.HearsAsync<ChargeSkipped>(skipped => skipped.AccountId == "given-up")).Reason);
        Assert.Equal(["pays"], (await house.CapturesAsync()).Select(capture => capture.GetProperty("customer").GetString()));
        Assert.Equal("AutoPayOff", (await OutcomeAsync("disputes")).Outcome);
        Assert.Equal(["AutoPayOff"], (await house.AccountAsync("disputes")).GetProperty("controlTags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(20.00m, await house.ReportedAsync("2026-10", "skipped"));

        await TagAsync("disputes");     // what the tag kept from being charged is charged now
        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "disputes");
        await BooksTieAsync();
        Assert.Equal("Collected", (await OutcomeAsync("disputes")).Outcome);
        Assert.Equal((10.00m, 0m), await house.BalanceAsync("given-up"));
    }

    [Fact]
    public async Task Should_stop_a_retry_that_is_due()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_poor", behaviour = "decline", code = "insufficient_funds" });
        await UseAsync(Sample.Account("poor") with { PaymentMethod = "pm_poor" });
        await house.CloseAsync("2026-10");
        await house.HearsAsync<ChargeFailed>();
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "the collection began");
        await TagAsync("poor", "AutoPayOff");
        house.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal("AutoPayOff", (await house.HearsAsync<ChargeSkipped>()).Reason);
        Assert.Single(house.Heard<ChargeFailed>());

        await house.GatewayRulesAsync();
        await TagAsync("poor");
        await house.HearsAsync<ChargeSucceeded>();
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_place_no_hold_while_dunning_is_off()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_stolen", behaviour = "decline", code = "stolen_card" });
        await UseAsync(Sample.Account("spared") with { PaymentMethod = "pm_stolen" }, Sample.Account("held") with { PaymentMethod = "pm_stolen" });
        await TagAsync("spared", "NoDunning");
        await house.CloseAsync("2026-10");
        await house.HearsAsync<AccountHeld>(held => held.AccountId == "held");
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "all is handled");
        Assert.Empty(house.Heard<AccountHeld>(held => held.AccountId == "spared"));
        Assert.Equal("InCollection", (await OutcomeAsync("spared")).Outcome);
        Assert.False((await house.AccountAsync("spared")).GetProperty("held").GetBoolean());
        await BooksTieAsync();
    }

    [Fact]      // NoDunning, then WrittenOff, then none
    public async Task Should_try_again_when_the_last_tag_that_spared_it_is_taken_off()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_lent", behaviour = "decline", code = "stolen_card" });
        await UseAsync(Sample.Account("spared-twice") with { PaymentMethod = "pm_lent" });
        await TagAsync("spared-twice", "NoDunning");
        await house.CloseAsync("2026-10");
        await house.CollectionIsAsync("spared-twice", "Waiting");
        await TagAsync("spared-twice", "WrittenOff");
        await house.GatewayRulesAsync();
        await TagAsync("spared-twice");
        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "spared-twice");
        await house.CollectionIsAsync("spared-twice", "Paid");
    }

    [Fact]
    public async Task Should_invoice_no_month_and_bill_what_was_used_when_the_tag_is_taken_off()
    {
        await UseAsync(Sample.Account("quiet"));
        await TagAsync("quiet", "AutoInvoicingOff");
        await house.CloseAsync("2026-10");
        await house.HearsAsync<MonthCloseSucceeded>();
        Assert.Equal("AutoInvoicingOff", (await OutcomeAsync("quiet")).Outcome);
        Assert.Equal(0, await house.AskAsync(db => db.Invoices.CountAsync()));

        await TagAsync("quiet");
        house.Clock.Advance(TimeSpan.FromDays(30));
        await house.UseAsync(Sample.Use("quiet", 500, "2026-11-10T10:00:00Z"));
        await house.CloseAsync("2026-11");
        await house.HearsAsync<ChargeSucceeded>();
        Assert.Equal([10.00m, 5.00m], (await house.AccountAsync("quiet")).GetProperty("invoices")[0].GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("amount").GetDecimal()));
        await house.BooksAgreeAsync("2026-11");
    }

    [Fact]
    public async Task Should_keep_the_tags_when_the_account_is_registered_again_and_refuse_what_it_does_not_know()
    {
        await house.RegisterAsync(Sample.Account("acme") with { ManualPayment = true });
        await TagAsync("acme", "AutoPayOff", "NoDunning");
        await house.TellAsync(Sample.Account("acme") with { Name = "Acme Ltd", ManualPayment = false });
        await house.HearsAsync<AccountRegistered>(told => told is { AccountId: "acme", Version: 3 });
        Assert.Equal(["AutoPayOff", "NoDunning"], (await house.AccountAsync("acme")).GetProperty("controlTags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(["AutoPayOff", "NoDunning", "ManualPay"], Assert.Single(house.Heard<ControlTagsSet>()).Tags);
        await house.IsRejectedAsync(new SetControlTags { AccountId = "acme", Tags = ["AutoPayOf"], Reason = "x" }, "expected any of AutoPayOff, AutoInvoicingOff, NoDunning, ManualPay, WrittenOff, or none");
        await house.IsRejectedAsync(new SetControlTags { AccountId = "nobody", Tags = [], Reason = "x" }, "expected an account that is registered");
    }

    async Task UseAsync(params RegisterAccount[] accounts)
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(accounts);
        await house.UseAsync([.. accounts.Select(account => Sample.Use(account.AccountId, 1000))]);
    }

    async Task TagAsync(string accountId, params string[] tags)
    {
        var before = house.Heard<ControlTagsSet>(set => set.AccountId == accountId).Count;
        await house.TellAsync(new SetControlTags { AccountId = accountId, Tags = tags, Reason = "in dispute", RequestedBy = "support" });
        await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<ControlTagsSet>(set => set.AccountId == accountId).Count > before), "the tags are set");
    }

    async Task<(string? Outcome, string? Step)> OutcomeAsync(string accountId)
    {
        JsonElement close = (await house.AccountAsync(accountId)).GetProperty("closes")[0];
        return (close.GetProperty("outcome").GetString(), close.GetProperty("step").GetString());
    }

    async Task BooksTieAsync()
    {
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "all is handled");
        await house.BooksAgreeAsync("2026-10");
        await house.ReportTiesAsync("2026-10");
    }
}
