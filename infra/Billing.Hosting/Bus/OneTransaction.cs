using Billing.Hosting.Outcomes;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Hosting.Bus;

/// <summary>
/// What the consumer reads, writes and publishes is one transaction with the mark that the message was consumed, and with the answer to its sender.
/// </summary>
public class OneTransaction<TConsumer, TDbContext> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
    where TDbContext : DbContext
{
    /// <summary>Eight messages at a time keep two cores busy, and the pool has connections to spare.</summary>
    public OneTransaction() => ConcurrentMessageLimit = 8;

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<TConsumer> consumerConfigurator, IRegistrationContext context)
    {
        endpointConfigurator.UseEntityFrameworkOutbox<TDbContext>(context);
        OutcomePipeline.TellInTransaction(endpointConfigurator, context);
    }
}
