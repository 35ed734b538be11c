using System.Net;
using Billing.Clock;
using Billing.SimulatedGateway.Disputes;
using Billing.SimulatedGateway.Payments;
using Billing.SimulatedGateway.Recording;
using Billing.SimulatedGateway.Refunds;
using Billing.SimulatedGateway.Rules;
using Billing.SimulatedGateway.Webhooks;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Billing.SimulatedGateway;

/// <summary>The payment gateway of demo and tests: it moves no money, but keeps a record of its own as a real one does.</summary>
public static class GatewayApplication
{
    const string DefaultAddress = "http://127.0.0.1:7795";

    /// <summary>Builds the program; a test passes its own folder, port 0 and clock.</summary>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        configure?.Invoke(builder);

        var addresses = builder.Configuration["Urls"] is { Length: > 0 } urls ? urls : DefaultAddress;
        RefuseAnythingButLoopback(addresses);
        builder.WebHost.UseUrls(addresses.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

        var folder = builder.Configuration["Gateway:Folder"] is { Length: > 0 } named ? named : Path.Combine(".data", "gateway");
        builder.Services.TryAddSingleton<TimeProvider>(
            builder.Configuration.GetValue<bool>("Clock:Test") ? new TestClock(TimeProvider.System) : TimeProvider.System);
        builder.Services.AddSingleton(_ => PaymentRecord.Open(folder));
        builder.Services.AddSingleton<RuleTable>();
        builder.Services.AddSingleton<IdempotencyKeys>();
        builder.Services.AddSingleton<PaymentHandler>();
        builder.Services.AddSingleton<RefundHandler>();
        builder.Services.AddSingleton<WebhookPost>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WebhookPost>());

        var app = builder.Build();
        if (builder.Configuration.GetSection("Gateway:Webhooks").Exists())
            app.Services.GetRequiredService<WebhookPost>().Set(ReadWebhooks(builder.Configuration.GetSection("Gateway:Webhooks")));
        _ = app.Services.GetRequiredService<IdempotencyKeys>(); // what was captured before a restart is known before the first request
        app.MapPayments();
        app.MapRefunds();
        app.MapDisputes();
        app.MapWebhooks();
        app.MapSimulator();
        app.MapGet("/health/live", () => "alive");
        app.MapGet("/health/ready", () => "ready");
        return app;
    }

    /// <summary>Where events go from the start; what else may be said of them is set at run time.</summary>
    static WebhookRules ReadWebhooks(IConfigurationSection section)
    {
        var rules = new WebhookRules { Endpoint = Uri.TryCreate(section["Endpoint"], UriKind.Absolute, out var endpoint) ? endpoint : null };
        if (section["Secret"] is { Length: > 0 } secret)
            rules = rules with { Secret = secret };
        return rules.Fault() is { } fault ? throw new InvalidOperationException($"Gateway:Webhooks: {fault}") : rules;
    }

    static void RefuseAnythingButLoopback(string addresses)
    {
        foreach (var address in addresses.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var host = BindingAddress.Parse(address).Host;
            var isLoopback = host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
            if (!isLoopback)
                throw new InvalidOperationException($"The simulated gateway listens on loopback only; '{address}' is not loopback. Use http://127.0.0.1:PORT.");
        }
    }
}
