using System.Net.Http.Json;
using Billing.Hosting.Bus;
using Billing.Testing;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>A database and a virtual host of one test, and the processes that work on them.</summary>
public sealed class House : IAsyncDisposable
{
    readonly List<IHost> _hosts = [];

    House(TestStore store, TestVirtualHost broker)
    {
        Store = store;
        Broker = broker;
    }

    public TestStore Store { get; }
    public TestVirtualHost Broker { get; }

    /// <summary>Where hosts look for the broker; a test puts a proxy in between.</summary>
    public ushort BrokerPort { get; set; } = TestVirtualHost.Port;

    public int Retries { get; set; } = 10;

    /// <summary>What an endpoint is told about its outbox.</summary>
    public Action<IOutboxOptionsConfigurator>? EndpointOutbox { get; set; }

    /// <summary>What the bus is told before its endpoints are configured.</summary>
    public Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator>? Bus { get; set; }

    public static async Task<House> OpenAsync()
    {
        var house = new House(await TestStore.CreateAsync(), await TestVirtualHost.CreateAsync("outbox"));
        await house.AskAsync(async db => await db.Database.EnsureCreatedAsync());
        return house;
    }

    /// <summary>Starts a process whose endpoints have the outbox, except those of <see cref="DeliveriesConsumer"/>.</summary>
    public async Task<IHost> StartAsync(Action<IBusRegistrationConfigurator> configure, Action<IServiceCollection>? services = null,
        Action<IEntityFrameworkOutboxConfigurator>? outbox = null)
    {
        var host = Build(configure, services, outbox);
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            _hosts.Remove(host); // what has not started cannot be stopped
            host.Dispose();
            throw;
        }
    }

    public IHost Build(Action<IBusRegistrationConfigurator> configure, Action<IServiceCollection>? services = null,
        Action<IEntityFrameworkOutboxConfigurator>? outbox = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("BILLING_TEST_LOG") is { Length: > 0 })
            builder.Logging.AddSimpleConsole(o => o.SingleLine = true).AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddDbContext<LedgerContext>(Store.Configure);
        services?.Invoke(builder.Services);
        builder.Services.AddReceiveObserver(_ => Broker.Handling);
        builder.Services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            x.SetKebabCaseEndpointNameFormatter();
            x.AddEntityFrameworkOutbox<LedgerContext>(o =>
            {
                Store.Configure(o);
                o.QueryDelay = TimeSpan.FromMilliseconds(200);
                o.UseBusOutbox(b => b.MessageDeliveryTimeout = TimeSpan.FromSeconds(1));
                outbox?.Invoke(o);
            });
            configure(x);
            x.AddConfigureEndpointsCallback((context, name, endpoint) =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
                {
                    queue.TellUntoldChannels();
                    queue.AskOneAfterTheOther();
                }

                if (name == "deliveries")
                {
                    endpoint.PrefetchCount = 1; // one at a time, so that the order seen is the broker's
                    return;
                }

                endpoint.UseMessageRetry(r => r.Immediate(Retries));
                endpoint.UseEntityFrameworkOutbox<LedgerContext>(context, EndpointOutbox);
            });
            x.UsingRabbitMq((context, cfg) =>
            {
                cfg.Host(TestVirtualHost.Host, BrokerPort, Broker.Name, h =>
                {
                    h.Username(TestVirtualHost.Username);
                    h.Password(TestVirtualHost.Password);
                    h.Heartbeat(TimeSpan.FromSeconds(2));
                });
                cfg.PrefetchCount = 50;
                cfg.UseRawJsonDeserializer(RawSerializerOptions.Default, isDefault: true);
                Bus?.Invoke(context, cfg);
                cfg.ConfigureEndpoints(context);
            });
        });
        var host = builder.Build();
        _hosts.Add(host);
        return host;
    }

    public async Task StopAsync(IHost host)
    {
        _hosts.Remove(host);
        await host.StopAsync();
        host.Dispose();
    }

    public async Task<T> AskAsync<T>(Func<LedgerContext, Task<T>> ask)
    {
        var options = new DbContextOptionsBuilder<LedgerContext>();
        Store.Configure(options);
        await using var db = new LedgerContext(options.Options);
        return await ask(db);
    }

    public Task<int> EntriesAsync() => AskAsync(db => db.Entries.CountAsync());

    public Task<List<string>> NamesAsync() => AskAsync(db => db.Entries.OrderBy(x => x.Name).Select(x => x.Name).ToListAsync());

    public Task OutboxEmptiesAsync() =>
        Eventually.HoldsAsync(() => AskAsync(db => db.Set<OutboxMessage>().CountAsync()), count => count == 0, "no outgoing message left in the database");

    /// <summary>Ends when nothing is left to handle.</summary>
    public Task QuietAsync() => Eventually.HoldsAsync(Broker.BusyQueuesAsync, busy => busy.Length == 0, "every message was handled");

    /// <summary>Counts what lies in a queue.</summary>
    public async Task<int> MessagesInAsync(string queue) => (int)await Broker.WaitingInAsync(queue);

    /// <summary>Sends as a person does from the management UI: a bare body to the queue.</summary>
    public async Task SendJsonAsync(string queue, string body, string? messageId = null)
    {
        var properties = new Dictionary<string, object> { ["content_type"] = "application/json" };
        if (messageId is not null)
            properties["message_id"] = messageId;
        using var answer = await Broker.Management.PostAsJsonAsync($"api/exchanges/{Broker.Name}/amq.default/publish",
            new { properties, routing_key = queue, payload = body, payload_encoding = "string" });
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            try
            {
                await host.StopAsync();
            }
            catch (OperationCanceledException)
            {
                // one that was cut off may hang in the broker's client for ever; it ends with the process
            }

            host.Dispose();
        }

        await Broker.DisposeAsync();
        await Store.DisposeAsync();
    }
}
