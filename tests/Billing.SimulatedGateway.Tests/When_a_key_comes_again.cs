using System.Net;

namespace Billing.SimulatedGateway.Tests;

public sealed class When_a_key_comes_again
{
    [Fact]
    public async Task Should_answer_the_same_and_capture_once()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, first) = await gateway.PayAsync("k");
        var (status, second) = await gateway.PayAsync("k");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Single(await gateway.RecordAsync());
    }

    [Fact]
    public async Task Should_repeat_a_refusal_too()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.SetRulesAsync(new { rules = new[] { new { behaviour = "decline", code = "insufficient_funds", first_times = 1 } } });
        var (_, first) = await gateway.PayAsync("k");
        var (status, second) = await gateway.PayAsync("k");

        Assert.Equal(HttpStatusCode.PaymentRequired, status);
        Assert.Equal(first.GetRawText(), second.GetRawText());
    }

    [Fact]
    public async Task Should_refuse_another_amount()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.PayAsync("k", amount: 1999);
        var (status, answer) = await gateway.PayAsync("k", amount: 2000);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("idempotency_error", answer.GetProperty("error").GetProperty("type").GetString());
        Assert.Equal(1999, Assert.Single(await gateway.RecordAsync()).GetProperty("amount").GetInt64());
    }

    [Fact]
    public async Task Should_refuse_it_while_the_first_is_at_work_and_repeat_it_afterwards()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.SetRulesAsync(new { rules = new[] { new { behaviour = "succeed", latency_ms = 3000 } } });

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.PayAsync("k")));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.Conflict
            && answer.Body.GetProperty("error").GetProperty("code").GetString() == "idempotency_key_in_use"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.PayAsync("k")).Status);
        Assert.Single(await gateway.RecordAsync());
    }

    [Fact]
    public async Task Should_capture_twice_once_the_keys_are_forgotten_and_say_so_in_the_totals()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.PayAsync("k");
        using (await gateway.Http.DeleteAsync("simulator/keys")) { }
        await gateway.PayAsync("k");

        Assert.Equal(2, (await gateway.RecordAsync()).Length);
        Assert.Contains("\"charged_twice\":1", await gateway.Http.GetStringAsync("simulator/totals"));
    }
}
