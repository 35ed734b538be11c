using Billing.Hosting.Faults;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.Sealing;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Bus;

/// <summary>
/// Hangs our filters in front of every message of an endpoint. They need no scope, and must not open one: a scope
/// outside the retries would be shared by all attempts.
/// </summary>
sealed class MessagePipeline : ConfigurationObserver, IMessageConfigurationObserver
{
    readonly IReceiveEndpointConfigurator _endpoint;
    readonly IServiceProvider _services;
    readonly Sealer _sealer;
    readonly ILogger _log;
    readonly CancellationToken _stopping;
    readonly HashSet<Type> _seen = [];

    public MessagePipeline(IReceiveEndpointConfigurator endpoint, IServiceProvider services, ILogger log, CancellationToken stopping)
        : base(endpoint)
    {
        _endpoint = endpoint;
        _services = services;
        _sealer = services.GetRequiredService<Sealer>();
        _log = log;
        _stopping = stopping;
        // before anything is said of it
        endpoint.AddPrePipeSpecification(new FilterPipeSpecification<ConsumeContext>(new TraceFilter()));
        // before the message is read at all
        endpoint.AddPrePipeSpecification(new FilterPipeSpecification<ConsumeContext>(new UnreadableFilter(_seen)));
        endpoint.AddPrePipeSpecification(new FilterPipeSpecification<ConsumeContext>(new NamelessFilter(_seen)));
        var rejections = new Rejections(_seen, services.GetRequiredService<ServiceName>(), services.GetRequiredService<TimeProvider>());
        endpoint.SealWhatIsSetAside(_seen, _sealer, rejections, services.GetRequiredService<FaultHerald>());
        services.GetRequiredService<EndpointContracts>().Add(endpoint.InputAddress, _seen);
        Connect(this);
    }

    public void MessageConfigured<TMessage>(IConsumePipeConfigurator configurator)
        where TMessage : class => AddFilters<TMessage>(configurator);

    /// <summary>In front of the batch, so that one bad message is refused alone.</summary>
    public override void BatchConsumerConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, Batch<TMessage>> configurator)
    {
        AddFilters<TMessage>(_endpoint);
        var filter = new BatchSizeFilter<TMessage>(_services.GetRequiredService<BatchSizes>());
        configurator.Message(message => message.AddPipeSpecification(new FilterPipeSpecification<ConsumeContext<Batch<TMessage>>>(filter)));
    }

    void AddFilters<TMessage>(IConsumePipeConfigurator configurator)
        where TMessage : class
    {
        if (!_seen.Add(typeof(TMessage)))
            return;
        Add(new OnlyItsOwnTypeFilter<TMessage>(_seen));
        Add(new LogScopeFilter<TMessage>(_log));
        Add(new GiveBackFilter<TMessage>(_stopping));
        if (ConfidentialMembers.Of(typeof(TMessage)).Any)
            Add(new OpeningFilter<TMessage>(_sealer));
        Add(new ValidationFilter<TMessage>(_services));

        void Add(IFilter<ConsumeContext<TMessage>> filter) =>
            configurator.AddPipeSpecification(new FilterPipeSpecification<ConsumeContext<TMessage>>(filter));
    }
}
