using Billing.Hosting.Validation;
using Billing.Persistence;
using Billing.SeatRefresh;
using Billing.SeatRefresh.Refreshing;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Walking;
using Billing.Simulation.Broker;
using Billing.Simulation.Database;
using MassTransit;
using MassTransit.DependencyInjection;
using MassTransit.EntityFrameworkCoreIntegration;
using MassTransit.Middleware;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Billing.Simulation.Seats;

/// <summary>
/// SeatRefresh as it is registered by itself, with another database, clock and outbox behind it, and no host. Its processes share one registration, as nothing
/// of what they hold in common is kept in memory but what wakes them; who is at work is known by what flows with it.
/// </summary>
sealed class SeatService : IAsyncDisposable
{
    static readonly KebabCaseEndpointNameFormatter Names = new("seat-refresh", false);

    readonly ServiceProvider _provider;
    readonly Listeners _listeners;

    public SeatService(Plan plan, SeatGuards guards, SqliteConnection connection)
    {
        Actors = new Actors();
        Clock = new SeatClock(Actors);
        Gate = new Gate(Actors, plan, Clock);
        Broker = new MessageBroker(plan, Clock);
        Options = new RefreshOptions();
        Reader = new SeatBookReader(connection);
        Watch = new SeatWatch(connection, Reader, Clock, Facts, Options);
        Said = new SaidInTransaction(Broker, Guards.All with { Outbox = guards.Outbox });
        Inbox = new Inbox(Guards.All, Clock);
        _provider = Register(connection, guards).BuildServiceProvider();
        var bus = _provider.GetRequiredService<IBus>();
        var sent = new SentAtOnce(Broker, () => Gate.IsDead);
        bus.ConnectSendObserver(sent);
        bus.ConnectPublishObserver(sent);
        _listeners = new Listeners(_provider, Names, typeof(SeatRefreshDbContext).Assembly);
        Broker.Subscribe(_listeners.Subscriptions);
    }

    public Actors Actors { get; }
    public SeatClock Clock { get; }
    public Gate Gate { get; }
    public MessageBroker Broker { get; }
    public SeatFacts Facts { get; } = new();
    public SeatBookReader Reader { get; }
    public SeatWatch Watch { get; }
    public RefreshOptions Options { get; }
    public SaidInTransaction Said { get; }
    public Inbox Inbox { get; }
    public IBus Bus => _provider.GetRequiredService<IBus>();
    public IServiceProvider Services => _provider;

    /// <summary>What was told, by the message that told it.</summary>
    public Dictionary<Guid, object> Told { get; } = [];

    public SeatProcess Start(string name)
    {
        var (signal, walkSignal) = (new RefreshSignal(), new WalkSignal());
        return new SeatProcess(name, signal, walkSignal)
        {
            Walker = ActivatorUtilities.CreateInstance<WalkWorker>(_provider, walkSignal),
            Worker = ActivatorUtilities.CreateInstance<RefreshWorker>(_provider, signal),
            LookedAt = Clock.Now - Options.LookEvery
        };
    }

    public Task DispatchAsync(Delivery delivery) => _listeners.DispatchAsync(delivery);

    public ValueTask DisposeAsync()
    {
        Reader.Dispose();
        return _provider.DisposeAsync();
    }

    void Committed(SqliteSeatRefreshDbContext db)
    {
        Inbox.Committed(db);
        if (Gate.Who is { } who)
        {
            // what is told counts from the moment at which it is written down
            if (who.Delivery is { } delivery && db.Consumes is not null && Told.TryGetValue(delivery.MessageId, out var command))
                Facts.Take(command);
            Watch.Committed(who);
        }

        Said.Committed(db);
    }

    ServiceCollection Register(SqliteConnection connection, SeatGuards guards)
    {
        var configuration = new ConfigurationBuilder().Build();
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton<IConfiguration>(configuration).AddMetrics().AddOptions();
        services.AddSingleton<IHostApplicationLifetime, ApplicationLifetime>();
        services.AddSingleton<TimeProvider>(Clock).AddSingleton(Guards.All).AddSingleton<IBoundary>(Gate).AddSingleton(Said).AddSingleton(Inbox);
        services.AddDbContextPool<SeatRefreshDbContext, SqliteSeatRefreshDbContext>(options => options.UseSqlite(connection)
            .EnableThreadSafetyChecks(false)
            .AddInterceptors(new GatedStatements(Gate, guards, Watch), new GatedTransactions(Gate, Said.Begun, Committed)));
        services.AddSingleton<KeptStatements>().AddSingleton<IBulkWriter, SqliteBulkWriter>().AddSingleton<IDatabaseClock>(new VirtualDatabaseClock(Clock));
        services.AddSingleton<Transactions<SeatRefreshDbContext>>().AddSingleton<DatabaseReadiness>();
        services.AddValidatorsFrom(typeof(SeatRefreshDbContext).Assembly);
        services.AddSeatRefresh(configuration);
        services.Replace(ServiceDescriptor.Singleton(Microsoft.Extensions.Options.Options.Create(Options)));
        services.Replace(ServiceDescriptor.Transient(_ => Actors.Current!.Process.Signal));
        services.Replace(ServiceDescriptor.Transient(_ => Actors.Current!.Process.WalkSignal));
        services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            x.SetEndpointNameFormatter(Names);
            x.AddConfigureEndpointsCallback((_, _, endpoint) => World.SimulatedService.Harden(endpoint));
            SeatRefreshBus.Configure(x, sqlServer: false);
            x.UsingInMemory();
        });
        services.Replace(ServiceDescriptor.Scoped<IOutboxContextFactory<SeatRefreshDbContext>, SimulatedOutbox<SeatRefreshDbContext>>());
        services.Replace(ServiceDescriptor.Scoped<IScopedBusContextProvider<IBus>, SimulatedBusOutboxProvider<SeatRefreshDbContext>>());
        return services;
    }
}
