using System.Reflection;
using Billing.Hosting;
using Billing.Hosting.Database;
using Billing.MonthClose;
using Billing.MonthClose.Gateway;
using Billing.Persistence;
using Billing.Simulation.Broker;
using Billing.Simulation.Database;
using Billing.Simulation.Gateway;
using MassTransit;
using MassTransit.DependencyInjection;
using MassTransit.EntityFrameworkCoreIntegration;
using MassTransit.EntityFrameworkCoreIntegration.Saga;
using MassTransit.Middleware;
using MassTransit.Transports;
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
    readonly Dictionary<string, IReceiveEndpointDispatcher> _endpoints = [];

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
        var sent = new SentAtOnce(Broker, Boundaries);
        bus.ConnectSendObserver(sent);
        bus.ConnectPublishObserver(sent);
        Broker.Subscribe([.. Endpoints(_provider.GetRequiredService<IBusRegistrationContext>())]);
    }

    public VirtualClock Clock { get; }
    public Boundaries Boundaries { get; }
    public MessageBroker Broker { get; }
    public SaidInTransaction Said { get; }
    public Inbox Inbox { get; }
    public ModelGateway Gateway { get; }
    public CountedSequences Sequences { get; } = new();
    public IServiceProvider Services => _provider;

    public Task DispatchAsync(Delivery delivery) => _endpoints[delivery.Queue].Dispatch(
        MessageBroker.Bytes(delivery), new Dictionary<string, object> { ["Content-Type"] = delivery.ContentType }, CancellationToken.None);

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
        services.AddSingleton<TimeProvider>(Clock).AddSingleton(Clock).AddSingleton(guards).AddSingleton(Boundaries).AddSingleton(Said);
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
        services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            x.SetEndpointNameFormatter(Names);
            x.AddConfigureEndpointsCallback((_, _, endpoint) => Harden(endpoint));
            MonthCloseBus.Configure(x, sqlServer: false);
            x.UsingInMemory();
        });
        services.Replace(ServiceDescriptor.Scoped<IOutboxContextFactory<MonthCloseDbContext>, SimulatedOutbox>());
        services.Replace(ServiceDescriptor.Scoped<IScopedBusContextProvider<IBus>, SimulatedBusOutboxProvider>());
        LockSagasFor(services);
        return services;

        void With(DbContextOptionsBuilder options) =>
            options.UseSqlite(connections.Current).EnableThreadSafetyChecks(false).AddInterceptors(interceptors);
    }

    /// <summary>A message is tried four times, as in the product, without its pauses; then its fault is told. A process that died tries nothing.</summary>
    static void Harden(IReceiveEndpointConfigurator endpoint)
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

    IEnumerable<Subscription> Endpoints(IBusRegistrationContext context)
    {
        var factory = new ReceiveEndpointDispatcherFactory(context, _provider.GetRequiredService<IBusInstance>());
        foreach (var type in typeof(MonthCloseDbContext).Assembly.GetTypes().Where(type => type is { IsAbstract: false, IsInterface: false }))
        {
            if (typeof(IConsumer).IsAssignableFrom(type) && type.GetInterfaces() is var interfaces)
                yield return Listen(factory, nameof(factory.CreateConsumerReceiver), type, QueueOf(nameof(Names.Consumer), type),
                    interfaces.Select(one => MessageOf(one, typeof(IConsumer<>))).OfType<Type>());
            else if (typeof(StateMachine).IsAssignableFrom(type))
            {
                var machine = (StateMachine)ActivatorUtilities.GetServiceOrCreateInstance(_provider, type);
                var saga = type.BaseType!.GenericTypeArguments[0];
                yield return Listen(factory, nameof(factory.CreateSagaReceiver), saga, QueueOf(nameof(Names.Saga), saga),
                    machine.Events.SelectMany(one => one.GetType().GetInterfaces()).Select(one => MessageOf(one, typeof(Event<>))).OfType<Type>());
            }
        }
    }

    /// <summary>The message in <c>IConsumer&lt;T&gt;</c> or <c>Event&lt;T&gt;</c>; null when it is something else.</summary>
    static Type? MessageOf(Type type, Type generic) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == generic ? type.GenericTypeArguments[0] : null;

    static string QueueOf(string method, Type type) =>
        (string)typeof(IEndpointNameFormatter).GetMethod(method, BindingFlags.Public | BindingFlags.Instance)!.MakeGenericMethod(type).Invoke(Names, null)!;

    Subscription Listen(ReceiveEndpointDispatcherFactory factory, string method, Type type, string queue, IEnumerable<Type> messages)
    {
        var create = typeof(ReceiveEndpointDispatcherFactory).GetMethod(method)!.MakeGenericMethod(type);
        var endpoint = (IReceiveEndpointDispatcher)create.Invoke(factory, [queue])!;
        _endpoints[queue] = endpoint;
        return new Subscription(queue, messages.Select(message => MessageUrn.ForTypeString(message)).ToHashSet());
    }
}
