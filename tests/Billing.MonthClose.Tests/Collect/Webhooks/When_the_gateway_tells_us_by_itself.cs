using System.Net;
using System.Text;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Collect.Webhooks;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Webhooks;

[TakesLong(50)]
public class When_the_gateway_tells_us_by_itself : IAsyncLifetime
{
    const string Secret = "whsec_0123456789abcdef";
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync()
    {
        house.Settings["Gateway:Webhooks:Secrets:0"] = Secret;
        return house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]      // duplicate webhook
    public async Task Should_find_out_what_became_of_a_charge_without_asking()
    {
        await house.TellByWebhookAsync(Secret, duplicated: 1);
        await BillAsync("times-out", "pm_timeout_after_success");
        await house.CloseAsync("2026-10");

        await house.HearsAsync<ChargeSucceeded>();
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.GatewayEvents.SingleAsync()), told => told.State == GatewayEventState.Handled, "it is handled once");
        await Eventually.HoldsAsync(CallsAsync, calls => calls.Select(call => $"{call.Kind} {call.Answer}").Order(StringComparer.Ordinal).SequenceEqual(["Charge Unknown", "Webhook Succeeded"]), "both are on record");
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));     // the look was not needed any more
        await house.QuietAsync();
        Assert.Single(await house.CapturesAsync());
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]      // webhook never comes
    public async Task Should_find_out_by_asking_when_nothing_is_told()
    {
        await house.TellByWebhookAsync(Secret, missing: 1);
        await BillAsync("times-out", "pm_timeout_after_success");
        await house.CloseAsync("2026-10");
        await house.InquiryIsAsync("times-out", nameof(ChargeInquiry.Asking));
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));

        await house.HearsAsync<ChargeSucceeded>();
        Assert.Equal(["Charge Unknown", "Look Succeeded"], (await CallsAsync()).OrderBy(call => call.AskedAt).Select(call => $"{call.Kind} {call.Answer}"));
        Assert.Empty(await house.AskAsync(db => db.GatewayEvents.ToListAsync()));
    }

    [Fact]      // webhooks out of order
    public async Task Should_never_undo_a_success_and_only_believe_a_failure_that_the_gateway_confirms()
    {
        await BillAsync("paid", "pm_ok");
        await BillAsync("unknown", "pm_timeout_after_success");
        await house.CloseAsync("2026-10");
        var charges = await house.AskAsync(db => db.Charges.ToDictionaryAsync(charge => charge.AccountId));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Charges.AnyAsync(charge => charge.State == ChargeState.Unknown)), "one is unknown");

        // late, and wrong: the one is paid, of the other the gateway itself says otherwise
        Assert.Equal((HttpStatusCode.OK, "received"), await TellAsync("evt_late", "payment_intent.payment_failed", charges["paid"]));
        Assert.Equal((HttpStatusCode.OK, "received"), await TellAsync("evt_wrong", "payment_intent.payment_failed", charges["unknown"]));
        Assert.Equal((HttpStatusCode.OK, "received before"), await TellAsync("evt_late", "payment_intent.payment_failed", charges["paid"]));

        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "unknown");
        await HandledAsync(2);
        Assert.True(await house.AskAsync(db => db.Charges.AllAsync(charge => charge.State == ChargeState.Succeeded)));
        Assert.Empty(house.Heard<ChargeFailed>());
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_book_a_success_that_comes_after_a_failure()
    {
        await BillAsync("acted-late", "pm_declined_authentication_required");
        await house.CloseAsync("2026-10");
        await house.HearsAsync<AccountHeld>();
        var charge = await house.AskAsync(db => db.Charges.SingleAsync());

        await TellAsync("evt_2", "payment_intent.succeeded", charge, status: "succeeded");      // the customer authenticated after all

        Assert.Equal("pi_of_acted-late", (await house.HearsAsync<ChargeSucceeded>()).GatewayReference);
        await house.HearsAsync<HoldLifted>();
        Assert.Equal(0m, await house.AskAsync(db => db.Balances.Select(balance => balance.Owed).SingleAsync()));
    }

    [Fact]
    public async Task Should_write_down_and_leave_alone_what_is_not_ours()
    {
        Assert.Equal(HttpStatusCode.OK, (await TellAsync("evt_1", "payment_intent.succeeded", null, status: "succeeded")).Status);
        Assert.Equal(HttpStatusCode.OK, (await TellAsync("evt_2", "customer.created", null)).Status);
        var told = await HandledAsync(2);
        Assert.All(told, one => Assert.Equal(GatewayEventState.Ignored, one.State));
        Assert.Contains("names no charge of ours", told.Single(one => one.EventId == "evt_1").Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_forget_what_old_events_said_and_not_that_they_came()
    {
        await TellAsync("evt_old", "customer.created", null);
        await TellAsync("evt_stuck", "customer.created", null);
        await HandledAsync(2);
        await house.BreakInAsync("""update "GatewayEvent" set "State" = 'Received' where "EventId" = 'evt_stuck'""");
        await LaterAsync(TimeSpan.FromDays(89));
        await TellAsync("evt_young", "customer.created", null);
        await Eventually.HoldsAsync(() => EventAsync("evt_young"), told => told.State == GatewayEventState.Ignored, "it is handled");
        await LaterAsync(TimeSpan.FromDays(2));

        var old = await Eventually.HoldsAsync(() => EventAsync("evt_old"), told => told.WordsErasedAt is not null, "its body went");

        Assert.Equal(("{}", "customer.created", GatewayEventState.Ignored), (old.Body, old.Type, old.State));
        Assert.NotEqual("{}", (await EventAsync("evt_young")).Body);
        Assert.NotEqual("{}", (await EventAsync("evt_stuck")).Body);        // still to be read
        Assert.Equal((HttpStatusCode.OK, "received before"), await TellAsync("evt_old", "customer.created", null));
    }

    Task<GatewayEvent> EventAsync(string id) => house.AskAsync(db => db.GatewayEvents.AsNoTracking().SingleAsync(told => told.EventId == id));

    /// <summary>The pass at the start of a process is as good as any.</summary>
    async Task LaterAsync(TimeSpan later)
    {
        await house.StopServiceAsync();
        house.Clock.Advance(later);
        await house.StartServiceAsync();
    }

    [Fact]
    public async Task Should_refuse_what_it_cannot_trust_or_read_and_say_why()
    {
        Assert.Equal((HttpStatusCode.BadRequest, "The header Stripe-Signature is missing."), await PostAsync("{}"u8.ToArray(), null));
        Assert.Contains("expected signature was not found", (await PostAsync("{}"u8.ToArray(), When_a_signature_is_checked.Header(house.Clock.GetUtcNow(), "whsec_of_somebody_else", "{}"u8.ToArray()))).Text, StringComparison.Ordinal);
        Assert.Contains("is no event", (await PostSignedAsync("{}")).Text, StringComparison.Ordinal);
        Assert.Contains("is no event", (await PostSignedAsync("not json")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostSignedAsync(new string(' ', 300 * 1024))).Status);
        Assert.Equal(0, await house.AskAsync(db => db.GatewayEvents.CountAsync()));

        await house.StopServiceAsync();
        house.Settings.Remove("Gateway:Webhooks:Secrets:0");
        await house.StartServiceAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Webhooks are not taken: Gateway:Webhooks:Secrets is not set."), await PostSignedAsync("{}"));
    }

    [Fact]
    public async Task Should_understand_Stripes_own_library_and_be_understood_by_it()
    {
        var body = Body("evt_of_stripe", "payment_intent.succeeded", null, "succeeded");
        var header = await StripesOwnLibrary.RunAsync(
            "console.log(stripe.webhooks.generateTestHeaderString({ payload: args[0], secret: args[1], timestamp: Number(args[2]) }))",
            body, Secret, $"{house.Clock.GetUtcNow().ToUnixTimeSeconds()}");
        Assert.Equal((HttpStatusCode.OK, "received"), await PostAsync(Encoding.UTF8.GetBytes(body), header));

        var (told, signature) = await WhatTheSimulatedGatewaySendsAsync();
        Assert.Equal("payment_intent.succeeded", await StripesOwnLibrary.RunAsync(
            "console.log(stripe.webhooks.constructEvent(Buffer.from(args[0], 'base64'), args[1], args[2], 1e9).type)", Convert.ToBase64String(told), signature, Secret));
        await Assert.ThrowsAsync<InvalidOperationException>(() => StripesOwnLibrary.RunAsync(
            "stripe.webhooks.constructEvent(Buffer.from(args[0], 'base64'), args[1], args[2], 1e9)", Convert.ToBase64String(told), signature, "whsec_of_somebody_else"));
    }

    async Task<(byte[] Body, string Signature)> WhatTheSimulatedGatewaySendsAsync()
    {
        var heard = new TaskCompletionSource<(byte[], string)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var endpoint = builder.Build();
        endpoint.MapPost("/", (RequestDelegate)(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            heard.TrySetResult((body.ToArray(), context.Request.Headers["Stripe-Signature"].ToString()));
        }));
        await endpoint.StartAsync();
        using var rules = await house.Gateway.PutAsync(new Uri("simulator/webhooks", UriKind.Relative), new StringContent($$"""{"endpoint":"{{endpoint.Urls.First()}}/","secret":"{{Secret}}"}"""));
        rules.EnsureSuccessStatusCode();
        using var paid = await house.Gateway.PostAsync(new Uri("v1/payment_intents", UriKind.Relative), new FormUrlEncodedContent(
            new Dictionary<string, string> { ["amount"] = "1000", ["currency"] = "usd", ["payment_method"] = "pm_ok", ["confirm"] = "true" }));
        paid.EnsureSuccessStatusCode();
        return await heard.Task.WithinLimitAsync();
    }

    async Task BillAsync(string accountId, string method)
    {
        if (!await house.AskAsync(db => db.Prices.AnyAsync()))
            await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account(accountId) with { PaymentMethod = method });
        await house.UseAsync(Sample.Use(accountId, 1000));
    }

    Task<List<GatewayCall>> CallsAsync() => house.AskAsync(db => db.GatewayCalls.AsNoTracking().ToListAsync());

    Task<List<GatewayEvent>> HandledAsync(int count) => Eventually.HoldsAsync(
        () => house.AskAsync(db => db.GatewayEvents.AsNoTracking().Where(told => told.State != GatewayEventState.Received).ToListAsync()), told => told.Count == count, $"{count} events are handled");

    Task<(HttpStatusCode Status, string Text)> TellAsync(string eventId, string type, Charge? charge, string status = "requires_payment_method") => PostSignedAsync(Body(eventId, type, charge, status));

    static string Body(string eventId, string type, Charge? charge, string status) => JsonSerializer.Serialize(new
    {
        id = eventId,
        @object = "event",
        type,
        created = 1793534400,
        data = new
        {
            @object = new
            {
                id = charge is null ? "pi_of_nobody" : $"pi_of_{charge.AccountId}",
                @object = "payment_intent",
                status,
                amount = 1000,
                currency = "usd",
                last_payment_error = status == "succeeded" ? null : new { type = "card_error", code = "card_declined", decline_code = "insufficient_funds" },
                metadata = new Dictionary<string, string> { ["charge_id"] = $"{charge?.ChargeId ?? Guid.NewGuid()}" }
            }
        }
    });

    Task<(HttpStatusCode Status, string Text)> PostSignedAsync(string body) =>
        PostAsync(Encoding.UTF8.GetBytes(body), When_a_signature_is_checked.Header(house.Clock.GetUtcNow(), Secret, Encoding.UTF8.GetBytes(body)));

    async Task<(HttpStatusCode Status, string Text)> PostAsync(byte[] body, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("webhooks/stripe", UriKind.Relative)) { Content = new ByteArrayContent(body) };
        if (signature is not null)
            request.Headers.Add("Stripe-Signature", signature);
        using var answer = await house.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
