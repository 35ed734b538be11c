using MassTransit.Configuration;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MassTransit;

public static class EntityFrameworkOutboxConfigurationExtensions
{
    /// <summary>Adds inbox and outbox on the DbContext; an endpoint takes part by <c>UseEntityFrameworkOutbox</c>.</summary>
    public static void AddEntityFrameworkOutbox<TDbContext>(this IBusRegistrationConfigurator configurator,
        Action<IEntityFrameworkOutboxConfigurator>? configure = null)
        where TDbContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(configurator);
        var outbox = new EntityFrameworkOutboxConfigurator<TDbContext>(configurator);
        configure?.Invoke(outbox);
        outbox.Register();
    }

    /// <summary>
    /// Consumers and sagas of this endpoint run in one transaction with their inbox row and their outgoing messages.
    /// Call it after <c>UseMessageRetry</c>, so that each attempt has a transaction of its own. What is not said about the delivery is as for the outbox.
    /// </summary>
    public static void UseEntityFrameworkOutbox<TDbContext>(this IReceiveEndpointConfigurator configurator, IRegistrationContext context,
        Action<IOutboxOptionsConfigurator>? configure = null)
        where TDbContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(configurator);
        ArgumentNullException.ThrowIfNull(context);
        var settings = context.GetService<OutboxSettings<TDbContext>>() ?? throw new ConfigurationException(
            $"{configurator.InputAddress} uses an outbox that nobody has added: call AddEntityFrameworkOutbox<{typeof(TDbContext).Name}>");
        var observer = new OutboxConsumePipeSpecificationObserver<TDbContext>(configurator, context)
        {
            MessageDeliveryLimit = settings.MessageDeliveryLimit,
            MessageDeliveryTimeout = settings.MessageDeliveryTimeout,
        };
        configure?.Invoke(observer);
        OutboxLimits.CheckDelivery(observer.MessageDeliveryLimit, observer.MessageDeliveryTimeout);
        configurator.ConnectConsumerConfigurationObserver(observer);
        configurator.ConnectSagaConfigurationObserver(observer);
    }

    public static IEntityFrameworkOutboxConfigurator UseSqlServer(this IEntityFrameworkOutboxConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        configurator.LockStatementProvider = new SqlServerLockStatementProvider();
        return configurator;
    }

    public static IEntityFrameworkOutboxConfigurator UsePostgres(this IEntityFrameworkOutboxConfigurator configurator)
    {
        ArgumentNullException.ThrowIfNull(configurator);
        configurator.LockStatementProvider = new PostgresLockStatementProvider();
        return configurator;
    }
}
