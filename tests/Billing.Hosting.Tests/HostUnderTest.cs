using System.Text;
using System.Text.Json;
using Billing.Testing;
using MassTransit;
using MassTransit.Monitoring;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Tests;

/// <summary>A small service on the real broker, with a virtual host of its own.</summary>
sealed class HostUnderTest : IAsyncDisposable
{
    readonly TestVirtualHost _broker;
    bool _stopped;

    // MassTransit's instruments belong to the whole process, and would go with the first host that is disposed of
    static HostUnderTest()
    {
        var options = new InstrumentationOptions();
        new ConfigureDefaultInstrumentationOptions().Configure(options);
        MassTransit.Logging.LogContextInstrumentationExtensions.TryConfigure(options);
    }

    HostUnderTest(WebApplication app, TestVirtualHost broker)
    {
        (App, _broker) = (app, broker);
        Http = new HttpClient();
    }

    public WebApplication App { get; }
    public HttpClient Http { get; }
    public TestVirtualHost Broker => _broker;
    public HttpClient Management => _broker.Management;
    public string VirtualHost => _broker.Name;

    public static async Task<HostUnderTest> StartAsync(
        Action<IBusRegistrationConfigurator> configureBus, Action<WebApplicationBuilder>? configure = null,
        Dictionary<string, string?>? settings = null, bool waitUntilReady = true, TestVirtualHost? sharedBroker = null,
        Action<WebApplication>? map = null)
    {
        var broker = sharedBroker ?? await TestVirtualHost.CreateAsync("hosting");
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(SettingsFor(broker.Name));
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.AddBillingHost("sample", configureBus);
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapBillingHost();
        map?.Invoke(app);
        await app.StartAsync();
        var host = new HostUnderTest(app, broker);
        host.Http.BaseAddress = OneService.AddressOf(app);
        if (waitUntilReady)
            await host.ReadyAsync(true);
        return host;
    }

    public static Dictionary<string, string?> SettingsFor(string virtualHost) => new()
    {
        ["Urls"] = "http://127.0.0.1:0",
        ["RabbitMq:Host"] = TestVirtualHost.Host,
        ["RabbitMq:Port"] = TestVirtualHost.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["RabbitMq:VirtualHost"] = virtualHost,
        ["RabbitMq:Username"] = TestVirtualHost.Username,
        ["RabbitMq:Password"] = TestVirtualHost.Password,
    };

    public async Task<string> ReadyAsync(bool ready, TimeSpan? limit = null)
    {
        string? body = null;
        await Eventually.HoldsAsync(async () =>
        {
            using var answer = await Http.GetAsync("health/ready");
            body = await answer.Content.ReadAsStringAsync();
            return answer.IsSuccessStatusCode == ready;
        }, ready ? "ready is green" : "ready is red", limit);
        return body!;
    }

    /// <summary>Publishes as a person does from the management page.</summary>
    public async Task PublishByHandAsync(string exchange, string body, object? properties = null)
    {
        var request = JsonSerializer.Serialize(new { properties = properties ?? new { }, routing_key = "", payload = body, payload_encoding = "string" });
        using var content = new StringContent(request, Encoding.UTF8, "application/json");
        using var answer = await Management.PostAsync($"api/exchanges/{VirtualHost}/{Uri.EscapeDataString(exchange)}/publish", content);
        Assert.Contains("\"routed\":true", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Waits for a message in the queue and takes it out.</summary>
    public async Task<JsonElement> TakeFromQueueAsync(string queue) =>
        (await Eventually.HoldsAsync(() => _broker.TakeAsync(queue, 1), taken => taken.Count > 0, $"a message in {queue}"))[0];

    public async Task<int> MessagesInQueueAsync(string queue)
    {
        using var answer = await Management.GetAsync($"api/queues/{VirtualHost}/{queue}");
        if (!answer.IsSuccessStatusCode)
            return 0;
        var root = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        return root.TryGetProperty("messages", out var messages) ? messages.GetInt32() : 0;
    }

    public async Task StopAsync()
    {
        _stopped = true;
        await App.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
            await App.StopAsync();
        await App.DisposeAsync();
        Http.Dispose();
        await _broker.DisposeAsync();
    }
}
