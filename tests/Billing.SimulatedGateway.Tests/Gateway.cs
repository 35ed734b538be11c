using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.SimulatedGateway;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.SimulatedGateway.Tests;

/// <summary>A running gateway on a free port, with a record in a folder of its own.</summary>
sealed class Gateway : IAsyncDisposable
{
    readonly bool _ownsFolder;
    WebApplication _app;

    Gateway(WebApplication app, string folder, bool ownsFolder)
    {
        (_app, Folder, _ownsFolder) = (app, folder, ownsFolder);
        Http = ClientOf(app);
    }

    public string Folder { get; }

    public HttpClient Http { get; private set; }

    public static async Task<Gateway> StartAsync(string? folder = null, TimeProvider? time = null)
    {
        var own = folder is null;
        folder ??= Directory.CreateTempSubdirectory("gateway-").FullName;
        var app = Build(folder, time);
        await app.StartAsync();
        return new Gateway(app, folder, own);
    }

    /// <summary>Ends the program and starts it again on the same record.</summary>
    public async Task RestartAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _app = Build(Folder, null);
        await _app.StartAsync();
        Http = ClientOf(_app);
    }

    public Task<HttpResponseMessage> PostAsync(string key, Dictionary<string, string> form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/payment_intents") { Content = new FormUrlEncodedContent(form) };
        request.Headers.Add("Idempotency-Key", key);
        return Http.SendAsync(request);
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> PayAsync(
        string key, string paymentMethod = "pm_ok", long amount = 1999, string currency = "usd", string? customer = "acme", string? chargeId = null)
    {
        using var answer = await PostAsync(key, Form(key, paymentMethod, amount, currency, customer, chargeId));
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public async Task<(HttpStatusCode Status, JsonElement Body)> RefundAsync(string key, string payment, long? amount = null, string? refundId = null)
    {
        var form = new Dictionary<string, string> { ["payment_intent"] = payment, ["metadata[refund_id]"] = refundId ?? key };
        if (amount is not null)
            form["amount"] = $"{amount}";
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/refunds") { Content = new FormUrlEncodedContent(form) };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    public static Dictionary<string, string> Form(
        string key, string paymentMethod = "pm_ok", long amount = 1999, string currency = "usd", string? customer = "acme", string? chargeId = null)
    {
        var form = new Dictionary<string, string>
        {
            ["amount"] = $"{amount}",
            ["currency"] = currency,
            ["payment_method"] = paymentMethod,
            ["confirm"] = "true",
            ["off_session"] = "true",
            ["metadata[charge_id]"] = chargeId ?? key,
            ["metadata[period]"] = "2026-10"
        };
        if (customer is not null)
            form["customer"] = customer;
        return form;
    }

    public async Task SetRulesAsync(object rules, bool valid = true)
    {
        using var answer = await Http.PutAsJsonAsync("simulator/rules", rules);
        Assert.Equal(valid ? HttpStatusCode.NoContent : HttpStatusCode.BadRequest, answer.StatusCode);
    }

    public Task<JsonElement[]> RecordAsync(string query = "") => LinesAsync($"simulator/record{query}");

    public Task<JsonElement[]> RefundsAsync() => LinesAsync("simulator/refunds");

    async Task<JsonElement[]> LinesAsync(string path)
    {
        var text = await Http.GetStringAsync(path);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    public async Task<JsonElement[]> SearchAsync(string chargeId)
    {
        var found = await Http.GetFromJsonAsync<JsonElement>($"v1/payment_intents/search?query={Uri.EscapeDataString($"metadata['charge_id']:'{chargeId}'")}");
        return [.. found.GetProperty("data").EnumerateArray()];
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        if (_ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }

    static WebApplication Build(string folder, TimeProvider? time) =>
        GatewayApplication.Build(["--Urls", "http://127.0.0.1:0", "--Gateway:Folder", folder], builder =>
        {
            if (time is not null)
                builder.Services.AddSingleton(time);
        });

    static HttpClient ClientOf(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeLimits.Scaled(TimeSpan.FromSeconds(60)) };
}
