using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Billing.SimulatedGateway.Tests;

public sealed class When_money_is_given_back
{
    [Fact]
    public async Task Should_answer_as_Stripe_does_and_stand_beside_the_captures()
    {
        await using var gateway = await Gateway.StartAsync();
        var payment = await PaidAsync(gateway, 1999);
        var (status, refund) = await gateway.RefundAsync("refund-1", payment, 500);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("re_", refund.GetProperty("id").GetString());
        Assert.Equal(("refund", "succeeded", 500, "usd", payment), (Text(refund, "object"), Text(refund, "status"), refund.GetProperty("amount")
            .GetInt64(), Text(refund, "currency"), Text(refund, "payment_intent")));
        Assert.Single(await gateway.RecordAsync());
        var line = Assert.Single(await gateway.RefundsAsync());
        Assert.Equal(("refund-1", "charge-1", "2026-10"), (Text(line, "refund_id"), Text(line, "charge_id"), Text(line, "period")));
        Assert.Contains("""
            "refunds":[{"currency":"usd","refunds":1,"amount":500}]
            """.Trim(), await gateway.Http.GetStringAsync("simulator/totals?period=2026-10"));
    }

    [Fact]      // partial refund
    public async Task Should_never_give_back_more_than_was_taken()
    {
        await using var gateway = await Gateway.StartAsync();
        var payment = await PaidAsync(gateway, 1000);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => gateway.RefundAsync($"refund-{i}", payment, 300)));

        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal(HttpStatusCode.BadRequest, answer.Status));
        var (_, rest) = await gateway.RefundAsync("the-rest", payment);
        Assert.Equal(100, rest.GetProperty("amount").GetInt64());
        Assert.Equal("charge_already_refunded", Code(await gateway.RefundAsync("one-more", payment)));
        Assert.Equal(1000, (await gateway.RefundsAsync()).Sum(line => line.GetProperty("amount").GetInt64()));
    }

    [Fact]
    public async Task Should_answer_a_repeated_key_the_same_and_refuse_it_for_anything_else()
    {
        await using var gateway = await Gateway.StartAsync();
        var payment = await PaidAsync(gateway, 1000);
        var (_, first) = await gateway.RefundAsync("k", payment, 300);
        var (_, again) = await gateway.RefundAsync("k", payment, 300);

        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal("idempotency_error", Type(await gateway.RefundAsync("k", payment, 400)));
        Assert.Equal("idempotency_error", Type(await gateway.PayAsync("k")));
        Assert.Single(await gateway.RefundsAsync());
    }

    [Fact]
    public async Task Should_be_listed_by_its_payment_newest_first_and_in_pages()
    {
        await using var gateway = await Gateway.StartAsync();
        var payment = await PaidAsync(gateway, 1000);
        foreach (var i in Enumerable.Range(0, 5))
            await gateway.RefundAsync($"refund-{i}", payment, 100);
        await gateway.RefundAsync("of-another", await PaidAsync(gateway, 1000, "charge-2"), 100);

        var page = await gateway.Http.GetFromJsonAsync<JsonElement>($"v1/refunds?payment_intent={payment}&limit=3");
        Assert.Equal(["refund-4", "refund-3", "refund-2"], Ids(page));
        Assert.True(page.GetProperty("has_more").GetBoolean());
        var rest = await gateway.Http.GetFromJsonAsync<JsonElement>(
            $"v1/refunds?payment_intent={payment}&limit=3&starting_after={page.GetProperty("data")[2].GetProperty("id").GetString()}");
        Assert.Equal(["refund-1", "refund-0"], Ids(rest));
        Assert.False(rest.GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task Should_misbehave_by_rules_of_its_own()
    {
        await using var gateway = await Gateway.StartAsync();
        var payment = await PaidAsync(gateway, 1000);
        await gateway.SetRulesAsync(new
        {
            rules = new[] { new { on = "refund", behaviour = "cut_after_success", first_times = 1 },
            new { on = "refund", behaviour = "decline", first_times = 9 } }
        }, valid: false);
        await gateway.SetRulesAsync(new
        {
            rules = new object[] { new { on = "refund", behaviour = "cut_after_success", first_times = 1 },
            new { on = "refund", behaviour = "decline", code = "expired_or_canceled_card" } }
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => gateway.RefundAsync("cut", payment, 100));
        Assert.Equal(HttpStatusCode.OK, (await gateway.RefundAsync("cut", payment, 100)).Status);
        var (_, failed) = await gateway.RefundAsync("refused", payment, 100);
        Assert.Equal(("failed", "expired_or_canceled_card"), (Text(failed, "status"), Text(failed, "failure_reason")));
        Assert.Equal(HttpStatusCode.OK, (await gateway.PayAsync("payments-go-on")).Status);
    }

    [Fact]
    public async Task Should_be_remembered_over_a_restart()
    {
        await using var gateway = await Gateway.StartAsync();
        var payment = await PaidAsync(gateway, 1000);
        var (_, refund) = await gateway.RefundAsync("k", payment, 700);
        await gateway.RestartAsync();

        Assert.Equal(refund.GetRawText(), (await gateway.RefundAsync("k", payment, 700)).Body.GetRawText());
        Assert.Equal("amount_too_large", Code(await gateway.RefundAsync("more", payment, 301)));
    }

    [Theory]
    [InlineData("pi_unknown", "100", "resource_missing")]
    [InlineData("", "100", "parameter_missing")]
    [InlineData("PAID", "0", "parameter_invalid_integer")]
    [InlineData("PAID", "1.5", "parameter_invalid_integer")]
    public async Task Should_refuse_what_makes_no_sense(string payment, string amount, string code)
    {
        await using var gateway = await Gateway.StartAsync();
        var paid = await PaidAsync(gateway, 1000);
        using var answer = await gateway.Http.PostAsync("v1/refunds", new FormUrlEncodedContent(
            new Dictionary<string, string> { ["payment_intent"] = payment == "PAID" ? paid : payment, ["amount"] = amount }));
        Assert.Equal(code, Code((answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>())));
        Assert.Empty(await gateway.RefundsAsync());
    }

    static async Task<string> PaidAsync(Gateway gateway, long amount, string chargeId = "charge-1") =>
        Text((await gateway.PayAsync(chargeId, amount: amount)).Body, "id");

    static string[] Ids(JsonElement page) => [.. page.GetProperty("data").EnumerateArray().Select(refund => Text(refund.GetProperty("metadata"), "refund_id"))];

    static string Text(JsonElement from, string name) => from.GetProperty(name).GetString()!;

    static string Code((HttpStatusCode, JsonElement Body) answer) => Text(answer.Body.GetProperty("error"), "code");

    static string Type((HttpStatusCode, JsonElement Body) answer) => Text(answer.Body.GetProperty("error"), "type");
}
