using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Billing.Testing;

namespace Billing.SimulatedGateway.Tests;

public sealed class When_the_gateway_misbehaves
{
    [Theory]
    [InlineData("pm_declined_hard", "card_declined", "stolen_card")]
    [InlineData("pm_declined_soft", "card_declined", "insufficient_funds")]
    [InlineData("pm_declined_try_again_later", "card_declined", "try_again_later")]
    [InlineData("pm_declined_expired_card", "expired_card", "expired_card")]
    public async Task Should_decline_by_the_name_of_the_payment_method(string method, string code, string declineCode)
    {
        await using var gateway = await Gateway.StartAsync();
        var (status, answer) = await gateway.PayAsync("k", method);
        var error = answer.GetProperty("error");

        Assert.Equal(HttpStatusCode.PaymentRequired, status);
        Assert.Equal("card_error", error.GetProperty("type").GetString());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(declineCode, error.GetProperty("decline_code").GetString());
        Assert.Empty(await gateway.RecordAsync());
        var found = Assert.Single(await gateway.SearchAsync("k"));
        Assert.Equal("requires_payment_method", found.GetProperty("status").GetString());
        Assert.Equal(declineCode, found.GetProperty("last_payment_error").GetProperty("decline_code").GetString());
    }

    [Fact]
    public async Task Should_decline_the_first_times_of_each_customer_and_then_succeed()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.SetRulesAsync(
            new { rules = new[] { new { payment_method = "pm_flaky*", behaviour = "decline", code = "try_again_later", first_times = 2 } } });

        Assert.Equal(HttpStatusCode.PaymentRequired, (await gateway.PayAsync("a1", "pm_flaky_7", customer: "a")).Status);
        Assert.Equal(HttpStatusCode.PaymentRequired, (await gateway.PayAsync("a2", "pm_flaky_7", customer: "a")).Status);
        Assert.Equal(HttpStatusCode.PaymentRequired, (await gateway.PayAsync("b1", "pm_flaky_7", customer: "b")).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.PayAsync("a3", "pm_flaky_7", customer: "a")).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.PayAsync("c1", "pm_ok", customer: "c")).Status);
    }

    [Fact]
    public async Task Should_capture_and_never_answer()
    {
        await using var gateway = await Gateway.StartAsync();
        using var patience = new CancellationTokenSource();
        var payment = new HttpRequestMessage(HttpMethod.Post,
            "v1/payment_intents")
        { Content = new FormUrlEncodedContent(Gateway.Form("k", "pm_timeout_after_success")) };
        payment.Headers.Add("Idempotency-Key", "k");
        var waiting = gateway.Http.SendAsync(payment, patience.Token);
        await Eventually.HoldsAsync(async () => (await gateway.SearchAsync("k")).Length == 1, "the capture is in the record");
        Assert.False(waiting.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        Assert.Equal("succeeded", (await gateway.SearchAsync("k"))[0].GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.OK, (await gateway.PayAsync("k", "pm_timeout_after_success")).Status);
        Assert.Single(await gateway.RecordAsync());
    }

    [Fact]
    public async Task Should_capture_and_cut_the_connection()
    {
        await using var gateway = await Gateway.StartAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => gateway.PayAsync("k", "pm_cut_after_success"));
        Assert.Single(await gateway.RecordAsync());
    }

    [Fact]
    public async Task Should_fail_before_anything_is_done_and_say_so_again_to_the_same_key_alone()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.SetRulesAsync(new { rules = new[] { new { behaviour = "error_before", first_times = 1 } } });

        Assert.Equal(HttpStatusCode.InternalServerError, (await gateway.PayAsync("k")).Status);
        Assert.Equal(HttpStatusCode.InternalServerError, (await gateway.PayAsync("k")).Status);
        Assert.Empty(await gateway.SearchAsync("k"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.PayAsync("another")).Status);
    }

    [Fact]
    public async Task Should_fail_after_success_and_say_so_again()
    {
        await using var gateway = await Gateway.StartAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, (await gateway.PayAsync("k", "pm_error_after_success")).Status);
        Assert.Equal(HttpStatusCode.InternalServerError, (await gateway.PayAsync("k", "pm_error_after_success")).Status);
        Assert.Equal("succeeded", Assert.Single(await gateway.SearchAsync("k")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Should_ask_to_slow_down()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.SetRulesAsync(new { rules = new[] { new { behaviour = "rate_limited", first_times = 1, retry_after_seconds = 7 } } });
        using var answer = await gateway.PostAsync("k", Gateway.Form("k"));

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), answer.Headers.RetryAfter!.Delta);
        Assert.Equal(HttpStatusCode.OK, (await gateway.PayAsync("k")).Status);
    }

    [Fact]
    public async Task Should_take_its_time()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.SetRulesAsync(new { rules = new[] { new { behaviour = "succeed", latency_ms = 150 } } });
        var taken = Stopwatch.StartNew();
        Assert.Equal(HttpStatusCode.OK, (await gateway.PayAsync("k")).Status);
        Assert.InRange(taken.ElapsedMilliseconds, 140, long.MaxValue);
    }

    [Fact]
    public async Task Should_hit_a_repeatable_share_by_seed()
    {
        await using var one = await Gateway.StartAsync();
        await using var other = await Gateway.StartAsync();
        var rules = new { seed = 17, rules = new[] { new { rate = 0.2, behaviour = "decline", code = "insufficient_funds" } } };
        await one.SetRulesAsync(rules);
        await other.SetRulesAsync(rules);
        var keys = Enumerable.Range(0, 400).Select(i => $"charge-{i}").ToList();

        var forwards = await DeclinedAsync(one, keys);
        var backwards = await DeclinedAsync(other, Enumerable.Reverse(keys));
        Assert.InRange(forwards.Count, 50, 115);
        Assert.Equal(forwards.Order(), backwards.Order());

        static async Task<List<string>> DeclinedAsync(Gateway gateway, IEnumerable<string> keys)
        {
            var declined = new List<string>();
            foreach (var key in keys)
                if ((await gateway.PayAsync(key, customer: $"customer-of-{key}")).Status == HttpStatusCode.PaymentRequired)
                    declined.Add(key);
            return declined;
        }
    }

    [Theory]
    [InlineData("""{"rules":[{"behaviour":"explode"}]}""", "behaviour")]
    [InlineData("""{"rules":[{"behaviour":"decline"}]}""", "code: a decline needs one")]
    [InlineData("""{"rules":[{"rate":1.5}]}""", "rate: 1.5 is not between 0 and 1")]
    [InlineData("""{"rules":[{"latency":5}]}""", "latency")]
    public async Task Should_refuse_rules_that_make_no_sense(string rules, string names)
    {
        await using var gateway = await Gateway.StartAsync();
        using var answer = await gateway.Http.PutAsync("simulator/rules", new StringContent(rules));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(names, await answer.Content.ReadAsStringAsync());
        Assert.Equal("""{"seed":1,"rules":[]}""", await gateway.Http.GetStringAsync("simulator/rules"));
    }
}
