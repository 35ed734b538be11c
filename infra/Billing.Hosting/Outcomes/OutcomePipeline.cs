using Billing.Contracts.Outcomes.V1;
using Billing.Hosting.Bus;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Outcomes;

/// <summary>
/// Hangs the telling in front of every consumer of an endpoint, inside the retries, so that no command can forget it. Where a consumer has a transaction,
/// <see cref="TellInTransaction"/> tells inside of it.
/// </summary>
sealed class OutcomePipeline : ConfigurationObserver, IMessageConfigurationObserver
{
    readonly IReceiveEndpointConfigurator _endpoint;
    readonly EndpointContracts _endpoints;
    readonly ServiceName _service;
    readonly TimeProvider _clock;
    readonly HashSet<Type> _seen = [];

    OutcomePipeline(IReceiveEndpointConfigurator endpoint, IServiceProvider services)
        : base(endpoint)
    {
        (_endpoint, _endpoints) = (endpoint, services.GetRequiredService<EndpointContracts>());
        (_service, _clock) = (services.GetRequiredService<ServiceName>(), services.GetRequiredService<TimeProvider>());
        Connect(this);
    }

    public static void Hang(IReceiveEndpointConfigurator endpoint, IServiceProvider services) => _ = new OutcomePipeline(endpoint, services);

    public void MessageConfigured<TMessage>(IConsumePipeConfigurator configurator)
        where TMessage : class => Add<TMessage>(configurator);

    /// <summary>In front of the batch: each of its messages is answered.</summary>
    public override void BatchConsumerConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, Batch<TMessage>> configurator) =>
        Add<TMessage>(_endpoint);

    void Add<TMessage>(IConsumePipeConfigurator configurator)
        where TMessage : class
    {
        // an outcome has none of its own, or two services would answer each other for ever
        if (typeof(TMessage) != typeof(CommandAnswered) && _seen.Add(typeof(TMessage)))
            configurator.AddPipeSpecification(new FilterPipeSpecification<ConsumeContext<TMessage>>(new OutcomeFilter<TMessage>(_endpoints, _service, _clock)));
    }

    /// <summary>Call it behind the outbox: what is told leaves by it, and is not said of what was rolled back.</summary>
    public static void TellInTransaction(IReceiveEndpointConfigurator endpoint, IServiceProvider services)
    {
        if (services.GetService<EndpointContracts>() is not { } endpoints)
            return;     // consumers without a host, as in the simulation: nobody outside can ask
        endpoints.TellInTransaction(endpoint.InputAddress);
        endpoint.ConnectConsumerConfigurationObserver(new Inside(services.GetRequiredService<ServiceName>(), services.GetRequiredService<TimeProvider>()));
    }

    sealed class Inside(ServiceName service, TimeProvider clock) : IConsumerConfigurationObserver
    {
        public void ConsumerConfigured<TConsumer>(IConsumerConfigurator<TConsumer> configurator)
            where TConsumer : class
        {
        }

        public void ConsumerMessageConfigured<TConsumer, TMessage>(IConsumerMessageConfigurator<TConsumer, TMessage> configurator)
            where TConsumer : class
            where TMessage : class =>
            configurator.Message(message => message.AddPipeSpecification(
                new FilterPipeSpecification<ConsumeContext<TMessage>>(new OutcomeInTransactionFilter<TMessage>(service, clock))));
    }
}

/// <summary>Tells what became of a message whose sender wants to know, unless its transaction has told it.</summary>
sealed class OutcomeFilter<T>(EndpointContracts endpoints, ServiceName service, TimeProvider clock) : IFilter<ConsumeContext<T>>
    where T : class
{
    const string TakenBefore = "the same message was taken before";

    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        if (OutcomeAddress.Of(context.ReceiveContext) is not { } address)
        {
            await next.Send(context);
            return;
        }

        var outcome = context.GetOrAddPayload(() => new CommandOutcome());
        outcome.Forget();
        CommandOutcome.Flow(outcome);       // into all that is awaited from here; it ends with this method
        await next.Send(context);
        if (outcome.IsTold)
            return;
        if (endpoints.TellsInTransaction(context.ReceiveContext.InputAddress))
        {
            // the inbox knows it: the broker's own repetition was answered by the first one, which is in the outbox if nowhere else
            if (context.ReceiveContext.Redelivered)
                return;
            outcome.NothingChanged(TakenBefore);
        }

        await OutcomeSender.TrySendAsync(context, OutcomeSender.Answer(typeof(T), outcome, service, clock), address, context.ReceiveContext);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outcome");
}

/// <summary>Puts the outcome into the transaction of the consumer.</summary>
sealed class OutcomeInTransactionFilter<T>(ServiceName service, TimeProvider clock) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        await next.Send(context);
        if (CommandOutcome.Of(context) is not { } outcome || OutcomeAddress.Of(context.ReceiveContext) is not { } address)
            return;
        await OutcomeSender.SendAsync(context, OutcomeSender.Answer(typeof(T), outcome, service, clock), address, context.ReceiveContext);
        outcome.IsTold = true;
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outcome-in-transaction");
}
