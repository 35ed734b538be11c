using Billing.Hosting.Faults;
using Billing.Hosting.Outcomes;
using Billing.Outbox;
using Billing.Sealing;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Bus;

/// <summary>The bus and its conventions, the same for every service.</summary>
static class BusSetup
{
    /// <summary>
    /// Exchange and queue of messages that no consumer could even fail properly; see <see cref="DeliveryLimit"/>. Each service has its own, as it has its own
    /// user at the broker: what a service reads, no other does.
    /// </summary>
    public static string DeadLettersOf(string service) => $"{service}-dead-letters";

    /// <summary>
    /// Messages taken ahead, for each endpoint: 100. Quorum queues are half as fast with 10; a definition may ask for
    /// more, and one that calls the outside may ask for less.
    /// </summary>
    const int Prefetch = 100;

    /// <summary>
    /// How often a message may come back because its consumer died with it: 100 times, then it goes to
    /// <see cref="DeadLettersOf"/>. High, because each restart of a service gives back all that it held, guilty or not.
    /// </summary>
    const int DeliveryLimit = 100;

    /// <summary>Seconds between heartbeats: a broker that vanished without a word is noticed after two of them.</summary>
    static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(4);

    public static void AddBillingBus(
        this WebApplicationBuilder builder, string service, Action<IBusRegistrationConfigurator> configureBus,
        Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator>? configureRabbitMq)
    {
        var broker = RabbitMqSettings.Read(builder.Configuration);
        var sealer = SealingSettings.Read(builder.Configuration, required: false);
        builder.Services.TryAddSingleton(sealer);
        builder.Services.TryAddSingleton<EndpointContracts>();
        builder.Services.Configure<MassTransitHostOptions>(options =>
        {
            options.WaitUntilStarted = false;
            // both within the host's own limit: finish what was taken, then give back the rest
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(20);
            options.StopTimeout = TimeSpan.FromSeconds(25);
        });
        builder.Services.AddMassTransit(x =>
        {
            x.DisableUsageTelemetry();
            x.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(service, false));
            // outermost, so that the log has the ids of a message that came without them
            x.AddMessageIdentity();
            x.AddConfigureEndpointsCallback((context, name, endpoint) => ConfigureEndpoint(context, service, endpoint));
            configureBus(x);
            x.UsingRabbitMq((context, bus) =>
            {
                bus.Host(broker.First.Host, broker.First.Port, broker.VirtualHost, service, host =>
                {
                    if (broker.Nodes.Count > 1)
                        host.UseCluster(cluster => InAnyOrder(broker.Nodes).ForEach(node => cluster.Node($"{node}")));
                    host.Username(broker.Username);
                    host.Password(broker.Password);
                    host.Heartbeat(Heartbeat);
                    host.RequestedConnectionTimeout(TimeSpan.FromSeconds(5));
                    host.PublisherConfirmation = true;      // what the broker did not confirm was not said: it stays in the outbox
                });
                // its user may make queues that begin with its name, and no other
                bus.OverrideDefaultBusEndpointQueueName($"{service}-bus-{NewId.NextGuid():N}");
                // a service that only speaks listens too, to nothing: else it would not notice that the broker is away
                bus.AutoStart = true;
                bus.PrefetchCount = Prefetch;
                bus.ConfigureJsonSerializerOptions(ContractJson.Configure);
                bus.SealConfidential(sealer);
                bus.KeepConversation();
                bus.CheckBodies(context.GetRequiredService<EndpointContracts>());
                configureRabbitMq?.Invoke(context, bus);
                bus.ConfigureEndpoints(context);
            });
        });
        builder.Services.AddSendObserver<OutcomeCorrelation>();
        builder.Services.AddReceiveEndpointObserver(services => services.GetRequiredService<BusPulse>());
        builder.Services.AddBusObserver(services => services.GetRequiredService<BusPulse>());
        builder.Services.AddSingleton(broker).AddSingleton<BusPulse>();
        builder.Services.TryAddSingleton<ProcessEnd>();
        builder.Services.AddHostedService<BusWatch>();
        builder.Services.AddSingleton<FaultBook>().AddHostedService<FaultGauge>();
        builder.Services.AddSingleton<BatchSizes>();
        builder.Services.AddSingleton<FaultHerald>().AddHostedService(services => services.GetRequiredService<FaultHerald>());
        builder.Services.AddSingleton(services => new FaultActs(services.GetRequiredService<FaultBook>(), services.GetRequiredService<FaultHerald>()));
        builder.Services.AddHealthChecks().AddCheck<EndpointsCheck>("endpoints", tags: ["ready"]);
        builder.Services.StartBusAfterDatabase();
    }

    /// <summary>The bus tries one after the other. Each process begins with another one, so that not all of them are connected to the first.</summary>
    static List<BrokerNode> InAnyOrder(IEnumerable<BrokerNode> nodes)
    {
        var some = nodes.ToArray();
        Random.Shared.Shuffle(some);
        return [.. some];
    }

    /// <summary>
    /// Outermost first, behind the message's identity: the log scope, giving back on stop, validation, retries, the outcome. A definition adds the outbox after
    /// this, hence inside the retries: each attempt has a scope, a context and a transaction of its own.
    /// </summary>
    static void ConfigureEndpoint(IRegistrationContext context, string service, IReceiveEndpointConfigurator endpoint)
    {
        if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
        {
            queue.TellUntoldChannels();
            queue.AskOneAfterTheOther();
            queue.DeclareOutcomes();
            queue.SetQuorumQueue();
            queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
            queue.BindDeadLetterQueue(DeadLettersOf(service), DeadLettersOf(service), dead => dead.SetQueueArgument("x-queue-type", "quorum"));
        }

        var stopping = context.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var clock = context.GetRequiredService<TimeProvider>();
        var log = context.GetRequiredService<ILoggerFactory>().CreateLogger("Billing.Bus");
        _ = new MessagePipeline(endpoint, context, log, stopping);
        endpoint.UseMessageRetry(retry => retry.SetRetryPolicy(_ => new PatientRetryPolicy(clock, stopping)));
        OutcomePipeline.Hang(endpoint, context);
    }
}
