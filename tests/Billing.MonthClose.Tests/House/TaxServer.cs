using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.MonthClose.Tests.House;

/// <summary>A tax service on this machine. It adds 19 % to every line, until it is told to do otherwise.</summary>
sealed class TaxServer : IAsyncDisposable
{
    readonly WebApplication _server;

    TaxServer(WebApplication server) => _server = server;

    public Uri Address => new(OneService.AddressOf(_server), "quotes");

    /// <summary>The accounts of each request, and the key that came with it.</summary>
    public ConcurrentQueue<(string[] Accounts, string Key)> Requests { get; } = new();

    /// <summary>What it makes of a right answer; an answer of null is an error 500.</summary>
    public Func<JsonObject, Task<string?>> Answer { get; set; } = right => Task.FromResult<string?>(right.ToJsonString());

    public static async Task<TaxServer> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new TaxServer(app);
        app.MapPost("/quotes", server.HandleAsync);
        await app.StartAsync();
        return server;
    }

    async Task<IResult> HandleAsync(JsonElement asked, HttpRequest request)
    {
        var accounts = asked.GetProperty("accounts").EnumerateArray().ToList();
        Requests.Enqueue(([.. accounts.Select(account => account.GetProperty("accountId").GetString()!)], request.Headers.Authorization.ToString()));
        var right = new JsonObject
        {
            ["accounts"] = new JsonArray([.. accounts.Select(account => (JsonNode)new JsonObject
            {
                ["accountId"] = account.GetProperty("accountId").GetString(),
                ["currency"] = account.GetProperty("currency").GetString(),
                ["lines"] = new JsonArray([.. account.GetProperty("lines").EnumerateArray().Select(line => (JsonNode)new JsonObject
                {
                    ["line"] = line.GetProperty("line").GetInt32(),
                    ["treatment"] = "added",
                    ["rate"] = 0.19m,
                    ["name"] = "VAT 19 %",
                    ["tax"] = Math.Round(line.GetProperty("amount").GetDecimal() * 0.19m, 2, MidpointRounding.AwayFromZero)
                })])
            })])
        };
        return await Answer(right) is { } text ? Results.Text(text, "application/json") : Results.StatusCode(500);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
