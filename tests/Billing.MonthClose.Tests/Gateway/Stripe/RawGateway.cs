using Billing.Limits;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Billing.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace Billing.MonthClose.Tests.Gateway.Stripe;

/// <summary>A gateway that is no more than a socket, and our adapter in front of it.</summary>
sealed class RawGateway : IAsyncDisposable
{
    readonly RawHttpServer _server;
    readonly ServiceProvider _services;

    /// <param name="answers">What is answered, in order, and the last again; null cuts the connection, and an empty text never answers.</param>
    public RawGateway(params string?[] answers)
        : this(new Dictionary<string, string?>(), answers)
    {
    }

    public RawGateway(Dictionary<string, string?> settings, params string?[] answers)
    {
        _server = new RawHttpServer((_, count) => answers[Math.Min(count, answers.Length) - 1]);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:BaseAddress"] = $"{_server.Address}",
            ["Gateway:ApiKey"] = "sk_test_abc",
            ["Gateway:Timeout"] = "00:00:20",
            ["Gateway:Pause"] = "00:00:00.010",
            ["Gateway:LongestPause"] = "00:00:00.050"
        }).AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(TimeProvider.System);
        services.AddOptions<GatewayOptions>().Bind(configuration.GetSection(GatewayOptions.Section));
        services.AddSingleton<ISharedPermits, NoLimits>().AddSingleton<GatewayTurns>().AddSingleton<IHostApplicationLifetime, ApplicationLifetime>();
        services.AddStripe();
        _services = services.BuildServiceProvider();
        Adapter = _services.GetRequiredService<IPaymentGateway>();
    }

    public IPaymentGateway Adapter { get; }

    public IReadOnlyList<string> Requests => _server.Requests;

    public void HangUp() => _server.HangUp();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _services.DisposeAsync();
    }

    public static string Json(int status, string body, string headers = "") => RawHttpServer.Json(status, body, $"Request-Id: req_1\r\n{headers}");
}
