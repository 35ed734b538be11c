using System.Data;
using MassTransit.DependencyInjection;
using MassTransit.EntityFrameworkCoreIntegration;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace MassTransit.Configuration;

sealed class EntityFrameworkOutboxConfigurator<TDbContext>(IBusRegistrationConfigurator services) :
    IEntityFrameworkOutboxConfigurator,
    IEntityFrameworkBusOutboxConfigurator
    where TDbContext : DbContext
{
    readonly OutboxSettings<TDbContext> _settings = new();
    bool _cleanUp = true;

    public TimeSpan DuplicateDetectionWindow { set => _settings.DuplicateDetectionWindow = value; }
    public IsolationLevel IsolationLevel { set => _settings.IsolationLevel = value; }
    public ILockStatementProvider LockStatementProvider { set => _settings.LockStatementProvider = value; }
    public TimeSpan QueryDelay { set => _settings.QueryDelay = value; }
    public int QueryMessageLimit { set => _settings.QueryMessageLimit = value; }
    public TimeSpan QueryTimeout { set => _settings.QueryTimeout = value; }
    public int MessageDeliveryLimit { set => _settings.MessageDeliveryLimit = value; }

    public TimeSpan MessageDeliveryTimeout
    {
        get => _settings.MessageDeliveryTimeout;
        set => _settings.MessageDeliveryTimeout = value;
    }

    public void DisableInboxCleanupService() => _cleanUp = false;

    public void DisableDeliveryService() => _settings.DeliveryIsDisabled = true;

    public void UseBusOutbox(Action<IEntityFrameworkBusOutboxConfigurator>? configure)
    {
        _settings.UsesBusOutbox = true;
        configure?.Invoke(this);
    }

    public void Register()
    {
        _settings.Validate();
        if (services.Any(service => service.ServiceType == typeof(OutboxSettings<TDbContext>)))
            throw new ConfigurationException($"AddEntityFrameworkOutbox was called for {typeof(TDbContext).Name} twice: only one of them could be honoured");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_settings);
        services.TryAddSingleton<OutboxSql<TDbContext>>();
        services.AddHostedService<OutboxCheck<TDbContext>>();
        services.TryAddScoped<IOutboxContextFactory<TDbContext>, EntityFrameworkOutboxContextFactory<TDbContext>>();
        services.TryAddSingleton<SetAsideRows<TDbContext>>();
        services.TryAddSingleton<SentMessageRemover<TDbContext>>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SentMessageRemover<TDbContext>>());

        services.TryAddSingleton<OutboxSignal<TDbContext>>();
        services.TryAddSingleton<IBusOutboxNotification>(provider => provider.GetRequiredService<OutboxSignal<TDbContext>>());
        services.AddHostedService<OutboxSweeper<TDbContext>>();
        services.TryAddSingleton<BusOutboxDelivery<TDbContext>>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<BusOutboxDelivery<TDbContext>>());
        services.TryAddSingleton<DueSignal<TDbContext>>();
        services.AddHostedService<DueMessageDelivery<TDbContext>>();
        if (_cleanUp)
            services.AddHostedService<InboxCleanupService<TDbContext>>();
        if (_settings.UsesBusOutbox)
            services.Replace(ServiceDescriptor.Scoped<IScopedBusContextProvider<IBus>, EntityFrameworkScopedBusContextProvider<IBus, TDbContext>>());
    }
}
