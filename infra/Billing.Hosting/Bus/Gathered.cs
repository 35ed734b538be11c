using MassTransit;

namespace Billing.Hosting.Bus;

/// <summary>For messages that come one by one: a hundred of them cost little more than one.</summary>
public sealed class Gathered<TConsumer> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
{
    const int MostInBatch = 100;

    /// <summary>Batches at the same time: some are written while the next is gathered.</summary>
    const int Batches = 4;

    /// <summary>
    /// How long the first message of a batch waits for others, which is most of the time that one message takes on an idle system. With half of it, batches
    /// would be too small for five hundred messages a second where a commit takes 100 ms.
    /// </summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<TConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        ArgumentNullException.ThrowIfNull(endpointConfigurator);
        ArgumentNullException.ThrowIfNull(consumerConfigurator);
        endpointConfigurator.PrefetchCount = 2 * MostInBatch * Batches;
        consumerConfigurator.Options<BatchOptions>(batch => batch.SetMessageLimit(MostInBatch).SetTimeLimit(LongestWait).SetConcurrencyLimit(Batches));
    }
}
