using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Billing.SimulatedGateway.Tests;

public sealed class When_events_are_told
{
    const string Secret = "whsec_0123456789abcdef";

    [Fact]
    public async Task Should_send_the_whole_object_signed_with_the_endpoints_secret()
    {
        await using var gateway = await Gateway.StartAsync();
        await using var endpoint = await Endpoint.StartAsync();
        await Endpoint.ConnectAsync(gateway, new { endpoint = endpoint.Address, secret = Secret });
        var (_, paid) = await gateway.PayAsync("charge-1");
        await gateway.PayAsync("charge-2", "pm_declined_soft");
        await gateway.RefundAsync("refund-1", paid.GetProperty("id").GetString()!, 500);

        var told = await endpoint.HearsAsync(3);
        Assert.Equal(["charge.refunded", "payment_intent.payment_failed", "payment_intent.succeeded"], told.Select(one =>
            one.Json.GetProperty("type").GetString()).Order());
        var succeeded = told.Single(one => one.Json.GetProperty("type").GetString() == "payment_intent.succeeded");
        Assert.Equal("event", succeeded.Json.GetProperty("object").GetString());
        Assert.StartsWith("evt_", succeeded.Json.GetProperty("id").GetString());
        Assert.Equal(paid.GetRawText(), succeeded.Json.GetProperty("data").GetProperty("object").GetRawText());
        var refunded = told.Single(one => one.Json.GetProperty("type").GetString() == "charge.refunded").Json.GetProperty("data").GetProperty("object");
        Assert.Equal((500, 1999), (refunded.GetProperty("amount_refunded").GetInt64(), refunded.GetProperty("amount").GetInt64()));
        Assert.All(told, one =>
        {
            var time = one.Signature.Split(',')[0][2..];
            Assert.Equal(
                $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{time}.{one.Body}")))}",
                one.Signature);
        });
    }

    [Fact]
    public async Task Should_try_again_until_it_is_answered_well()
    {
        await using var gateway = await Gateway.StartAsync();
        await using var endpoint = await Endpoint.StartAsync(refusals: 2);
        await Endpoint.ConnectAsync(gateway, new { endpoint = endpoint.Address });
        await gateway.PayAsync("charge-1");

        var told = await endpoint.HearsAsync(3);
        Assert.Single(told.Select(one => one.Body).Distinct());
        await Eventually.HoldsAsync(async () =>
            (await gateway.Http.GetFromJsonAsync<JsonElement>("simulator/webhooks")).GetProperty("delivered").GetInt32() == 1, "it is delivered once");
    }

    [Fact]
    public async Task Should_lose_double_and_delay_a_repeatable_share()
    {
        var first = await FatesAsync(7);
        Assert.Equal(first, await FatesAsync(7));
        Assert.NotEqual(first, await FatesAsync(8));
        Assert.InRange(first.Values.Count(times => times == 0), 5, 60);      // of 100, a quarter is missing
        Assert.InRange(first.Values.Count(times => times == 2), 5, 60);      // and a quarter of the rest comes twice
    }

    [Theory]
    [InlineData("""{"endpoint":"https://elsewhere.example/"}""", "not an address on this machine")]
    [InlineData("""{"missing":2}""", "missing: 2")]
    [InlineData("""{"lost":0.5}""", "lost")]
    public async Task Should_refuse_rules_that_make_no_sense(string rules, string names)
    {
        await using var gateway = await Gateway.StartAsync();
        using var answer = await gateway.Http.PutAsync("simulator/webhooks", new StringContent(rules));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(names, await answer.Content.ReadAsStringAsync());
    }

    static async Task<SortedDictionary<string, int>> FatesAsync(int seed)
    {
        await using var gateway = await Gateway.StartAsync();
        await using var endpoint = await Endpoint.StartAsync();
        await Endpoint.ConnectAsync(gateway, new { endpoint = endpoint.Address, seed, missing = 0.25, duplicated = 0.25, delayed = 0.5, delay_ms = 50 });
        var customers = Enumerable.Range(0, 100).Select(i => $"customer-{i}").ToList();
        await Task.WhenAll(customers.Select(customer => gateway.PayAsync(customer, customer: customer)));
        await Eventually.HoldsAsync(async () =>
            (await gateway.Http.GetFromJsonAsync<JsonElement>("simulator/webhooks")).GetProperty("waiting").GetInt32() == 0, "nothing is on its way");
        var heard = endpoint.Heard.Select(one => one.Json.GetProperty("data").GetProperty("object").GetProperty("customer").GetString()!)
            .CountBy(customer => customer).ToDictionary();
        return new(customers.ToDictionary(customer => customer, customer => heard.GetValueOrDefault(customer)));
    }

    sealed record Told(string Signature, string Body)
    {
        public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);
    }

    sealed class Endpoint(WebApplication app, ConcurrentQueue<Told> heard) : IAsyncDisposable
    {
        public string Address => $"{app.Urls.First()}/hook";

        public IReadOnlyCollection<Told> Heard => heard;

        public static async Task<Endpoint> StartAsync(int refusals = 0)
        {
            var heard = new ConcurrentQueue<Told>();
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            app.MapPost("/hook", (RequestDelegate)(async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                heard.Enqueue(new Told(context.Request.Headers["Stripe-Signature"].ToString(), await reader.ReadToEndAsync()));
                context.Response.StatusCode = Interlocked.Decrement(ref refusals) >= 0 ? 500 : 200;
            }));
            await app.StartAsync();
            return new Endpoint(app, heard);
        }

        public static async Task ConnectAsync(Gateway gateway, object rules)
        {
            using var answer = await gateway.Http.PutAsJsonAsync("simulator/webhooks", rules);
            Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
        }

        public Task<List<Told>> HearsAsync(int count) =>
            Eventually.HoldsAsync(() => Task.FromResult(heard.ToList()), all => all.Count == count, $"{count} deliveries");

        public async ValueTask DisposeAsync() => await app.DisposeAsync();
    }
}
