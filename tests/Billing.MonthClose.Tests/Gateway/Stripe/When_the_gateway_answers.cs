using System.Diagnostics;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Gateway;
using Billing.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Billing.MonthClose.Tests.Gateway.Stripe;

public class When_the_gateway_answers
{
    static readonly GatewayCharge Charge = new(Guid.NewGuid(), "acme", 10.00m, "USD", "pm_1", "2026-10", DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData(200, """{"id":"pi_1","status":"succeeded","amount":1000,"currency":"usd"}""", "Succeeded pi_1")]
    [InlineData(200, """{"id":"pi_1","status":"processing","amount":1000,"currency":"usd"}""", "Unknown")]
    [InlineData(200, """{"id":"pi_1","status":"requires_action","amount":1000,"currency":"usd"}""", "Declined authentication_required hard")]
    [InlineData(200, """{"id":"pi_1","status":"canceled"}""", "Declined canceled soft")]
    [InlineData(200, """{"id":"pi_1","status":"requires_capture"}""", "Unknown")]
    [InlineData(200, """{"id":"pi_1","status":"succeeded","amount":999,"currency":"usd"}""", "KeyMisused")]
    [InlineData(200, """{"id":"pi_1","status":"succeeded","amount":1000,"currency":"eur"}""", "KeyMisused")]
    [InlineData(200, """{"status":"succeeded"}""", "Unknown")]
    [InlineData(200, """{"id":"pi_1","sta""", "Unknown")]
    [InlineData(200, "<html>a proxy's page</html>", "Unknown")]
    [InlineData(200, "[]", "Unknown")]
    [InlineData(201, """{"id":"pi_1","status":"succeeded"}""", "Unknown")]
    [InlineData(402, """{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds"}}""", "Declined insufficient_funds soft")]
    [InlineData(402, """{"error":{"type":"card_error","code":"card_declined","decline_code":"stolen_card"}}""", "Declined stolen_card hard")]
    [InlineData(402, """{"error":{"type":"card_error","code":"expired_card"}}""", "Declined expired_card hard")]
    [InlineData(402, """{"error":{"type":"card_error","code":"authentication_required","decline_code":"authentication_required"}}""", "Declined authentication_required hard")]
    [InlineData(402, """{"error":{"type":"card_error","code":"card_declined","decline_code":"generic_decline","advice_code":"do_not_try_again"}}""", "Declined generic_decline hard")]
    [InlineData(402, """{"error":{"type":"card_error","code":"card_declined","decline_code":"do_not_honor"}}""", "Declined do_not_honor soft")]
    [InlineData(402, """{"error":{"type":"card_error","payment_intent":{"id":"pi_1","status":"processing"}}}""", "Unknown")]
    [InlineData(402, "nothing that can be read", "Unknown")]
    [InlineData(400, """{"error":{"type":"invalid_request_error","code":"resource_missing","param":"payment_method","message":"No such PaymentMethod"}}""", "Declined resource_missing hard")]
    [InlineData(400, """{"error":{"type":"invalid_request_error","code":"parameter_unknown","message":"tip"}}""", "Refused parameter_unknown")]
    [InlineData(401, """{"error":{"type":"invalid_request_error","message":"Invalid API Key provided"}}""", "Refused invalid_request_error")]
    [InlineData(403, "<html>", "Refused http_403")]
    [InlineData(400, """{"error":{"type":"idempotency_error","message":"Keys for idempotent requests can only be used with the same parameters"}}""", "KeyMisused")]
    [InlineData(409, """{"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}}""", "Unknown")]
    [InlineData(429, """{"error":{"type":"rate_limit_error"}}""", "NeverReached")]
    [InlineData(500, """{"error":{"type":"api_error"}}""", "Unknown")]
    [InlineData(502, "bad gateway", "Unknown")]
    [InlineData(302, "", "Refused http_302")]
    public async Task Should_have_a_name_for_it(int status, string body, string expected)
    {
        await using var gateway = new RawGateway(RawGateway.Json(status, body));
        var answer = await gateway.Adapter.ChargeAsync(Charge, default);

        Assert.Equal(expected, Text(answer));
        Assert.Equal((status, "req_1"), (answer.Trace!.HttpStatus, answer.Trace.RequestId));
    }

    [Theory]
    [InlineData(409), InlineData(429)]
    public async Task Should_come_again_under_the_same_key_when_told_later(int status)
    {
        await using var gateway = new RawGateway(RawGateway.Json(status, "{}", "Retry-After: 3600\r\n"), RawGateway.Json(200, """{"id":"pi_1","status":"succeeded"}"""));
        var taken = Stopwatch.StartNew();
        var answer = await gateway.Adapter.ChargeAsync(Charge, default);

        Assert.Equal("Succeeded pi_1", Text(answer));
        Assert.Equal(2, answer.Trace!.Tries);
        Assert.Equal(gateway.Requests[0], gateway.Requests[1]);
        Assert.True(taken.Elapsed < TimeLimits.Scaled(TimeSpan.FromMinutes(1)), "an hour's Retry-After holds nobody for an hour");
    }

    [Fact]
    public async Task Should_not_come_again_when_told_not_to()
    {
        await using var gateway = new RawGateway(RawGateway.Json(409, "{}", "Stripe-Should-Retry: false\r\n"));
        Assert.Equal("Unknown", Text(await gateway.Adapter.ChargeAsync(Charge, default)));
        Assert.Single(gateway.Requests);
    }

    [Theory]
    [InlineData(400, """{"error":{"type":"idempotency_error"}}"""), InlineData(500, "{}"), InlineData(402, """{"error":{"type":"card_error"}}""")]
    public async Task Should_ask_once_only_for_what_was_seen(int status, string body)
    {
        await using var gateway = new RawGateway(RawGateway.Json(status, body));
        await gateway.Adapter.ChargeAsync(Charge, default);
        Assert.Single(gateway.Requests);
    }

    [Fact]
    public async Task Should_not_know_what_became_of_a_request_whose_connection_was_cut()
    {
        await using var gateway = new RawGateway((string?)null);
        Assert.Equal("Unknown", Text(await gateway.Adapter.ChargeAsync(Charge, default)));
        Assert.Single(gateway.Requests);
    }

    [Fact]
    public async Task Should_not_know_what_became_of_a_request_that_was_never_answered()
    {
        await using var gateway = new RawGateway(new Dictionary<string, string?> { ["Gateway:Timeout"] = "00:00:02" }, "");
        Assert.Equal(new GatewayAnswer.Unknown("no answer within 2 s") { Trace = new GatewayTrace(null, null, 1) }, await gateway.Adapter.ChargeAsync(Charge, default));
        await Eventually.HoldsAsync(() => Task.FromResult(gateway.Requests.Count), count => count == 1, "the one request arrived");
    }

    [Fact]
    public async Task Should_not_know_when_half_an_answer_came()
    {
        await using var gateway = new RawGateway(new Dictionary<string, string?> { ["Gateway:Timeout"] = "00:00:00.500" }, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":");
        Assert.Equal("Unknown", Text(await gateway.Adapter.ChargeAsync(Charge, default)));
    }

    [Fact]
    public async Task Should_know_that_nothing_was_sent_where_nobody_listens()
    {
        await using var gateway = new RawGateway("");
        gateway.HangUp();
        var answer = await gateway.Adapter.ChargeAsync(Charge, default);

        Assert.Equal("NeverReached", Text(answer));
        Assert.Equal(5, answer.Trace!.Tries);
    }

    [Fact]      // others believe by then that it never was: sent now, it would be a second payment
    public async Task Should_send_nothing_whose_turn_came_too_late()
    {
        await using var gateway = new RawGateway(RawGateway.Json(200, """{"id":"pi_1","status":"succeeded"}"""));
        Assert.Equal(new GatewayAnswer.Unknown("it was not asked for in time") { Trace = new GatewayTrace(null, null, 1) },
            await gateway.Adapter.ChargeAsync(Charge with { AskUntil = DateTimeOffset.UnixEpoch }, default));
        Assert.Empty(gateway.Requests);
    }

    [Fact]
    public async Task Should_not_know_when_nothing_was_sent_after_the_key_was_busy()
    {
        await using var gateway = new RawGateway(RawGateway.Json(409, "{}", "Connection: close\r\n"), RawGateway.Json(429, "{}"));
        Assert.Equal("Unknown", Text(await gateway.Adapter.ChargeAsync(Charge, default)));
    }

    [Theory]
    [InlineData(500, "{}"), InlineData(200, "half"), InlineData(401, "{}"), InlineData(429, "{}")]
    public async Task Should_never_take_a_list_that_fails_for_an_empty_one(int status, string body)
    {
        await using var gateway = new RawGateway(RawGateway.Json(status, body));
        Assert.Equal("Unknown", Text(await gateway.Adapter.FindAsync(Charge, default)));
    }

    [Fact]
    public async Task Should_believe_that_there_is_nothing_when_list_and_search_say_so()
    {
        await using var gateway = new RawGateway(RawGateway.Json(200, """{"data":[],"has_more":false}"""));
        Assert.Null(await gateway.Adapter.FindAsync(Charge, default));
        Assert.Equal(2, gateway.Requests.Count);
    }

    [Theory]
    [InlineData("http://gateway.example/", "sk", "expected https")]
    [InlineData("https://gateway.example/", "", "Gateway:ApiKey is missing")]
    [InlineData("ftp://127.0.0.1/", "sk", "expected an absolute address")]
    [InlineData("http://127.0.0.1:1/", "", null)]
    [InlineData("https://api.stripe.com/", "sk_live", null)]
    public void Should_not_start_with_settings_that_make_no_sense(string address, string key, string? refusal)
    {
        var services = new ServiceCollection();
        services.AddOptions<GatewayOptions>().Bind(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:BaseAddress"] = address,
            ["Gateway:ApiKey"] = key
        }).Build().GetSection(GatewayOptions.Section)).ValidateDataAnnotations();
        using var built = services.BuildServiceProvider();

        if (refusal is null)
            Assert.NotNull(built.GetRequiredService<IOptions<GatewayOptions>>().Value);
        else
            Assert.Contains(refusal, Assert.Throws<OptionsValidationException>(() => built.GetRequiredService<IOptions<GatewayOptions>>().Value).Message, StringComparison.Ordinal);
    }

    static string Text(GatewayAnswer? answer) => answer switch
    {
        GatewayAnswer.Succeeded succeeded => $"Succeeded {succeeded.Reference}",
        GatewayAnswer.Declined declined => $"Declined {declined.Code} {(declined.Hard ? "hard" : "soft")}",
        GatewayAnswer.Misused refused => $"Refused {refused.Code}",
        null => "nothing",
        _ => answer.GetType().Name
    };
}
