using System.Net;
using System.Text.Json;

namespace Billing.SimulatedGateway.Tests;

public sealed class When_a_payment_is_asked_for
{
    [Fact]
    public async Task Should_capture_it_and_answer_as_Stripe_does()
    {
        await using var gateway = await Gateway.StartAsync();
        var (status, paid) = await gateway.PayAsync("charge-1", amount: 1999);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("pi_", paid.GetProperty("id").GetString());
        Assert.Equal("payment_intent", paid.GetProperty("object").GetString());
        Assert.Equal("succeeded", paid.GetProperty("status").GetString());
        Assert.Equal(1999, paid.GetProperty("amount").GetInt64());
        Assert.Equal("usd", paid.GetProperty("currency").GetString());
        Assert.Equal("charge-1", paid.GetProperty("metadata").GetProperty("charge_id").GetString());
    }

    [Fact]
    public async Task Should_be_found_by_our_own_id_and_by_the_gateways()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, paid) = await gateway.PayAsync("key-1", chargeId: "charge-1");

        var found = Assert.Single(await gateway.SearchAsync("charge-1"));
        Assert.Equal(paid.GetProperty("id").GetString(), found.GetProperty("id").GetString());
        using var byId = await gateway.Http.GetAsync($"v1/payment_intents/{paid.GetProperty("id").GetString()}");
        Assert.Equal(HttpStatusCode.OK, byId.StatusCode);
        Assert.Empty(await gateway.SearchAsync("charge-2"));
    }

    [Fact]
    public async Task Should_stand_in_the_record_with_its_totals()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.PayAsync("a", amount: 1999);
        await gateway.PayAsync("b", amount: 501);
        await gateway.PayAsync("c", amount: 1200, currency: "jpy");
        await gateway.PayAsync("d", paymentMethod: "pm_declined_soft");

        Assert.Equal(["a", "b", "c"], (await gateway.RecordAsync()).Select(line => line.GetProperty("charge_id").GetString()));
        Assert.Equal(3, (await gateway.RecordAsync("?period=2026-10")).Length);
        Assert.Empty(await gateway.RecordAsync("?period=2026-09"));
        Assert.Empty(await gateway.RecordAsync("?from=9999-01-01T00:00:00Z"));
        var totals = JsonSerializer.Deserialize<JsonElement>(await gateway.Http.GetStringAsync("simulator/totals"));
        Assert.Equal("""[{"currency":"jpy","captures":1,"amount":1200},{"currency":"usd","captures":2,"amount":2500}]""",
            totals.GetProperty("totals").GetRawText());
        Assert.Equal(0, totals.GetProperty("charged_twice").GetInt32());
    }

    [Theory]
    [InlineData("amount", "19.99", "parameter_invalid_integer")]
    [InlineData("amount", "-5", "parameter_invalid_integer")]
    [InlineData("amount", "49", "amount_too_small")]
    [InlineData("currency", "dollars", "parameter_invalid_string_empty")]
    [InlineData("payment_method", "", "parameter_missing")]
    [InlineData("payment_method", "pm_missing", "resource_missing")]
    [InlineData("confirm", "false", "parameter_missing")]
    [InlineData("tip", "5", "parameter_unknown")]
    public async Task Should_refuse_what_it_cannot_take(string field, string value, string code)
    {
        await using var gateway = await Gateway.StartAsync();
        using var answer = await gateway.PostAsync("k", new(Gateway.Form("k")) { [field] = value });
        var error = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("error");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Empty(await gateway.RecordAsync());
        Assert.Equal(HttpStatusCode.OK, (await gateway.PayAsync("k")).Status);
    }

    [Fact]
    public async Task Should_say_that_it_lives_and_is_ready()
    {
        await using var gateway = await Gateway.StartAsync();
        Assert.Equal("alive", await gateway.Http.GetStringAsync("health/live"));
        Assert.Equal("ready", await gateway.Http.GetStringAsync("health/ready"));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://192.0.2.1:0")]
    public void Should_refuse_to_listen_beyond_loopback(string address)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => GatewayApplication.Build(["--Urls", address]));
        Assert.Contains("loopback only", refused.Message);
    }
}
