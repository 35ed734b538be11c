using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>A database and a virtual host of one test, and the hosts that work on them.</summary>
public sealed class House : IAsyncDisposable
{
    readonly List<IHost> _hosts = [];

    House(TestDatabase database, TestVirtualHost broker)
    {
        Database = database;
        Broker = broker;
    }

    public TestDatabase Database { get; }
    public TestVirtualHost Broker { get; }

    public static async Task<House> OpenAsync()
    {
        var house = new House(await TestDatabase.CreateAsync("outbox"), await TestVirtualHost.CreateAsync("outbox"));
        await house.AskAsync(async db => await db.Database.EnsureCreatedAsync());
        return house;
    }

    public async Task<IHost> StartAsync(Action<IBusRegistrationConfigurator> configure, Action<IServiceCollection>? services = null,
        Action<IEntityFrameworkOutboxConfigurator>? outbox = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("BILLING_TEST_LOG") is { Length: > 0 })
            builder.Logging.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Information);
        builder.Services.AddDbContext<LedgerContext>(options => options.UseNpgsql(Database.ConnectionString));
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        services?.Invoke(builder.Services);
        builder.Services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            x.SetKebabCaseEndpointNameFormatter();
            x.AddEntityFrameworkOutbox<LedgerContext>(o =>
            {
                o.UsePostgres();
                o.UseBusOutbox();
                outbox?.Invoke(o);
            });
            x.AddConfigureEndpointsCallback((context, _, endpoint) =>
            {
                endpoint.UseMessageRetry(r => r.Immediate(5));
                endpoint.UseEntityFrameworkOutbox<LedgerContext>(context);
            });
            configure(x);
            x.UsingRabbitMq((context, cfg) =>
            {
                cfg.Host(TestVirtualHost.Host, TestVirtualHost.Port, Broker.Name, h =>
                {
                    h.Username(TestVirtualHost.Username);
                    h.Password(TestVirtualHost.Password);
                });
                cfg.UseRawJsonDeserializer(RawSerializerOptions.Default, isDefault: true);
                cfg.ConfigureEndpoints(context);
            });
        });
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync();
        return host;
    }

    public async Task<T> AskAsync<T>(Func<LedgerContext, Task<T>> ask)
    {
        await using var db = new LedgerContext(new DbContextOptionsBuilder<LedgerContext>().UseNpgsql(Database.ConnectionString).Options);
        return await ask(db);
    }

    public Task<int> EntriesAsync() => AskAsync(db => db.Entries.CountAsync());

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }
}
