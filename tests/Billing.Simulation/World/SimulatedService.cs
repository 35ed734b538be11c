using Billing.Hosting;
using Billing.Hosting.Database;
using Billing.MonthClose;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Look.Reconciling;
using Billing.Persistence;
using Billing.Simulation.Broker;
using Billing.Simulation.Database;
using Billing.Simulation.Gateway;
using MassTransit;
using MassTransit.DependencyInjection;
using MassTransit.EntityFrameworkCoreIntegration;
using MassTransit.EntityFrameworkCoreIntegration.Saga;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Billing.Simulation.World;

/// <summary>
/// MonthClose as it is registered by itself, with another database, gateway, clock and outbox behind it, and no host: nothing runs but what is delivered here.
/// Built once, and used for many seeds.
/// </summary>
sealed class SimulatedService : IAsyncDisposable
{
    static readonly KebabCaseEndpointNameFormatter Names = new("month-close", false);

    readonly ServiceProvider _provider;
    readonly Listeners _listeners;

    public SimulatedService(VirtualClock clock, Plan plan, Guards guards, Connections connections, KeptStatements statements)
    {
        Clock = clock;
        Boundaries = new Boundaries();
        Broker = new MessageBroker(plan, clock);
        Said = new SaidInTransaction(Broker, guards);
        Inbox = new Inbox(guards, clock);
        Gateway = new ModelGateway(plan, guards, clock, Boundaries);
        _provider = Register(connections, guards, statements).BuildServiceProvider();
        var bus = _provider.GetRequiredService<IBus>();
        var sent = new SentAtOnce(Broker, () => Boundaries.IsDead);
        bus.ConnectSendObserver(sent);
        bus.ConnectPublishObserver(sent);
        _listeners = new Listeners(_provider, Names, typeof(MonthCloseDbContext).Assembly);
        Broker.Subscribe(_listeners.Subscriptions);
    }

    public VirtualClock Clock { get; }
    public Boundaries Boundaries { get; }
    public MessageBroker Broker { get; }
    public SaidInTransaction Said { get; }
    public Inbox Inbox { get; }
    public ModelGateway Gateway { get; }
    public CountedSequences Sequences { get; } = new();
    public IServiceProvider Services => _provider;

    /// <summary>Those that have reached Notification.</summary>
    public List<SentLetter> Letters { get; } = [];

    public Task DispatchAsync(Delivery delivery) => _listeners.DispatchAsync(delivery);

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    void Committed(SqliteMonthCloseDbContext db)
    {
        Inbox.Committed(db);
        Said.Committed(db);
    }

    ServiceCollection Register(Connections connections, Guards guards, KeptStatements statements)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:BaseAddress"] = "http://127.0.0.1:1",
            ["Gateway:Concurrency"] = "1",
            ["Gateway:Gathering"] = "00:00:00",       // by the machine's clock, so a busy machine would book at other moments
            ["Gateway:AskWithin"] = guards.Patience ? "00:02:00" : "00:00:01",
            ["Gateway:NotFoundIsBelievedAfter"] = guards.Patience ? "00:02:00" : "00:00:00",
            ["Closing:ChunkSize"] = "2",
            ["Tax:Calculator"] = "Table"
        }).Build();
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton<IConfiguration>(configuration).AddMetrics().AddOptions();
        services.AddSingleton<IHostApplicationLifetime, ApplicationLifetime>();
        services.AddSingleton<TimeProvider>(Clock).AddSingleton(Clock).AddSingleton(guards).AddSingleton(Boundaries).AddSingleton<IBoundary>(Boundaries)
            .AddSingleton(Said);
        IInterceptor[] interceptors = [statements, new StatementBoundary(Boundaries, guards), new CommitBoundary(Boundaries, guards, Said.Begun, Committed)];
        if (connections.OneForAll)
            services.AddDbContextPool<MonthCloseDbContext, SqliteMonthCloseDbContext>(With);
        else
            services.AddDbContext<MonthCloseDbContext, SqliteMonthCloseDbContext>(With, optionsLifetime: ServiceLifetime.Scoped);
        services.AddSingleton(statements).AddSingleton<IBulkWriter, SqliteBulkWriter>();
        services.AddSingleton<ISequences>(Sequences).AddSingleton<IDatabaseClock, VirtualDatabaseClock>();
        services.AddSingleton<Transactions<MonthCloseDbContext>>().AddSingleton<DatabaseReadiness>().AddSingleton(Inbox);
        services.AddMonthClose(configuration);
        services.Replace(ServiceDescriptor.Singleton<IPaymentGateway>(Gateway));
        services.Replace(ServiceDescriptor.Singleton<IGatewayRecord>(new ModelRecord(Gateway)));
        services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            x.SetEndpointNameFormatter(Names);
            x.AddConfigureEndpointsCallback((_, _, endpoint) => Harden(endpoint));
            MonthCloseBus.Configure(x, sqlServer: false);
            x.UsingInMemory();
        });
        services.AddSingleton(ModelNotification.Knowing(() => Letters));
        services.Replace(ServiceDescriptor.Scoped<IOutboxContextFactory<MonthCloseDbContext>, SimulatedOutbox<MonthCloseDbContext>>());
        services.Replace(ServiceDescriptor.Scoped<IScopedBusContextProvider<IBus>, SimulatedBusOutboxProvider<MonthCloseDbContext>>());
        LockSagasFor(services);
        return services;

        void With(DbContextOptionsBuilder options) =>
            options.UseSqlite(connections.Current).EnableThreadSafetyChecks(false).AddInterceptors(interceptors);
    }

    /// <summary>A message is tried four times, as in the product, without its pauses; then its fault is told. A process that died tries nothing.</summary>
    internal static void Harden(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.PublishFaults = true;
        endpoint.UseMessageRetry(retry =>
        {
            retry.Ignore<ProcessDiedException>();
            retry.Ignore<CommandRejectedException>();
            retry.Immediate(3);
        });
    }

    static void LockSagasFor(ServiceCollection services)
    {
        foreach (var settings in services.Where(one => one.ServiceType.IsGenericType
            && one.ServiceType.GetGenericTypeDefinition() == typeof(SagaRepositorySettings<>)))
            settings.ServiceType.GetProperty(nameof(SagaRepositorySettings<>.LockStatementProvider))!
                .SetValue(settings.ImplementationInstance, new SqliteSagaLocks());
    }
}
