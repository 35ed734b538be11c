using MassTransit.DependencyInjection;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

sealed class EntityFrameworkScopedBusContextProvider<TBus, TDbContext> : IScopedBusContextProvider<TBus>, IDisposable
    where TBus : class, IBus
    where TDbContext : DbContext
{
    public EntityFrameworkScopedBusContextProvider(TBus bus, TDbContext db, OutboxSignal<TDbContext> signal, DueSignal<TDbContext> dueSignal,
        BusOutboxDelivery<TDbContext> delivery, OutboxSql<TDbContext> sql,
        Bind<TBus, IClientFactory> clientFactory, Bind<TBus, IScopedConsumeContextProvider> consumeContext, IScopedConsumeContextProvider globalConsumeContext,
        IServiceProvider provider, TimeProvider clock)
    {
        Context = consumeContext.Value.HasContext
            ? new ConsumeContextScopedBusContext(consumeContext.Value.GetContext(), clientFactory.Value)
            : globalConsumeContext.HasContext
                ? new ConsumeContextScopedBusContext<TBus>(bus, globalConsumeContext.GetContext(), clientFactory.Value, provider)
                : new EntityFrameworkScopedBusContext<TBus, TDbContext>(bus, db, signal, dueSignal, delivery, sql, clientFactory.Value, provider, clock);
    }

    public ScopedBusContext Context { get; }

    public void Dispose() => (Context as IDisposable)?.Dispose();
}
