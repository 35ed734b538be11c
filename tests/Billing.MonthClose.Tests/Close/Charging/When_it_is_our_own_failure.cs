using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Charging;

/// <summary>No money moved, and the customer did nothing wrong: he loses no attempt, hears nothing, and is charged soon.</summary>
public class When_it_is_our_own_failure : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_charge_as_soon_as_a_gateway_that_was_away_is_back()
    {
        await BillAsync("good-payer", "pm_ok");
        await house.StopGatewayAsync();
        var completed = await house.CloseAsync("2026-10");
        Assert.Equal((1, 0), (completed.Closed, completed.Parked));
        Assert.Equal("never_reached_gateway", (await house.HearsAsync<ChargeFailed>()).Code);
        await Eventually.HoldsAsync(StateAsync, state => state == nameof(Collection.Dunning), "the collection waits");

        house.Clock.Advance(TimeSpan.FromMinutes(5.1));     // and is still away
        await Eventually.HoldsAsync(() => Task.FromResult(house.Heard<ChargeFailed>().Count), count => count == 2, "it was tried again");
        await house.StartGatewayAsync();
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Charges.CountAsync(charge => charge.State == ChargeState.Failed)), count => count == 2, "both are booked");
        await Eventually.HoldsAsync(StateAsync, state => state == nameof(Collection.Dunning), "the collection waits again");
        house.Clock.Advance(TimeSpan.FromMinutes(15.1));    // longer than before

        Assert.Equal("good-payer", (await house.HearsAsync<ChargeSucceeded>()).AccountId);
        await Eventually.HoldsAsync(StateAsync, state => state == nameof(Collection.Paid), "the collection ends");
        Assert.Equal([1, 1, 1], await house.AskAsync(db => db.Charges.Select(charge => charge.Attempt).ToListAsync()));
        Assert.Equal(["invoice", "receipt"], (await LettersAsync(2)).Order(StringComparer.Ordinal));
        Assert.Single(await house.CapturesAsync());
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_hold_nobody_because_the_gateway_does_not_know_us_any_more()
    {
        await BillAsync("declined-once", "pm_soft");
        await house.GatewayRulesAsync(new { payment_method = "pm_soft", behaviour = "decline", code = "insufficient_funds" });
        await house.CloseAsync("2026-10");
        await Eventually.HoldsAsync(StateAsync, state => state == nameof(Collection.Dunning), "the collection waits");
        await house.GatewayRulesAsync(new { payment_method = "pm_soft", behaviour = "unauthorized" });
        house.Clock.Advance(TimeSpan.FromDays(1.01));

        Assert.Equal("gateway-refuses-us", (await house.HearsAsync<BillingAlert>()).Code);
        await Eventually.HoldsAsync(StateAsync, state => state == nameof(Collection.NeedsAttention), "a person is waited for");
        await house.GatewayRulesAsync();
        await house.RetryInvoiceOfAsync("declined-once", "jane");

        await house.HearsAsync<ChargeSucceeded>();
        Assert.Equal([1, 1, 2], (await house.AskAsync(db => db.Charges.Select(charge => charge.Attempt).ToListAsync())).Order());
        Assert.Empty(house.Heard<AccountHeld>());
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]      // same key with another amount
    public async Task Should_park_and_call_a_person_when_the_gateway_holds_another_request_under_our_key()
    {
        await BillAsync("key-taken", "pm_ok");
        using (var gate = new Gate<Billing.MonthClose.Books.Closes.ChargeInvoices>(house.Services))
        {
            await house.TellAsync(new StartMonthClose { Period = "2026-10" });
            await gate.Arrived;
            await house.BreakInAsync("""
                insert into "Charge" ("ChargeId","InvoiceId","AccountId","Period","Attempt","Amount","Currency","PaymentMethod","State","Reduced","Drift","Uncounted","Refunded","Origin","CreatedAt")
                select gen_random_uuid(), "InvoiceId", "AccountId", "Period", 1, "AmountDue", "Currency", 'pm_ok', 'Pending', false, 0, false, 0, 'Close', "IssuedAt" from "Invoice"
                """);
            var key = await house.AskAsync(db => db.Charges.Select(charge => charge.ChargeId).SingleAsync());
            using var request = new HttpRequestMessage(HttpMethod.Post, "v1/payment_intents");
            request.Headers.Add("Idempotency-Key", key.ToString());
            request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["amount"] = "1",
                ["currency"] = "kwd",
                ["payment_method"] = "pm_declined_soft",
                ["confirm"] = "true"
            });
            using var answer = await house.Gateway.SendAsync(request);
        }

        Assert.Equal("idempotency-key-misused", (await house.HearsAsync<BillingAlert>()).Code);
        Assert.Equal("IdempotencyKeyMisused", (await house.HearsAsync<AccountParked>()).ReasonCode);
        await house.InquiryIsAsync("key-taken", nameof(ChargeInquiry.Asking));
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.ChargeInquiries.Select(one => one.Looks).SingleOrDefaultAsync()), looks => looks == 1, "the gateway was asked what it knows");
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "every message was handled");
        Assert.Empty(await house.CapturesAsync());
    }

    async Task BillAsync(string accountId, string method)
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account(accountId) with { PaymentMethod = method });
        await house.UseAsync(Sample.Use(accountId, 1000));
    }

    Task<string?> StateAsync() => house.AskAsync(db => db.Collections.Select(one => (string?)one.CurrentState).SingleOrDefaultAsync());

    async Task<List<string>> LettersAsync(int count) => await Eventually.HoldsAsync(
        () => Task.FromResult(house.Heard<SendEmails>().SelectMany(mail => mail.Emails).Select(mail => mail.Template!).ToList()), letters => letters.Count == count, "the letters are asked for");
}
