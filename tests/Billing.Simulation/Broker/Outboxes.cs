using System.Runtime.CompilerServices;
using Billing.Simulation.Database;
using MassTransit;
using MassTransit.Clients;
using MassTransit.DependencyInjection;
using MassTransit.EntityFrameworkCoreIntegration;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using MassTransit.Serialization;
using MassTransit.Transports;
using Microsoft.EntityFrameworkCore;

namespace Billing.Simulation.Broker;

/// <summary>What an open transaction has said. It reaches the broker when the transaction is committed, and never otherwise.</summary>
sealed class SaidInTransaction(MessageBroker broker, Guards guards)
{
    readonly ConditionalWeakTable<DbContext, List<OutboxMessage>> _said = [];

    public void Add(DbContext db, OutboxMessage message)
    {
        if (guards.Outbox)
            _said.GetOrCreateValue(db).Add(message);
        else
            broker.Take(message);
    }

    /// <summary>A context is used again after a transaction that came to nothing.</summary>
    public void Begun(DbContext db) => _said.Remove(db);

    public void Committed(DbContext db)
    {
        if (!_said.TryGetValue(db, out var said))
            return;
        _said.Remove(db);
        foreach (var message in said)
            broker.Take(message);
    }
}

/// <summary>
/// The outbox of consumers and sagas as it behaves: inbox row, changes and messages are one transaction; what was said leaves after the commit.
/// Due messages are rows, as in the product, because a saga takes them back.
/// </summary>
sealed class SimulatedOutbox<TDbContext>(TDbContext db, IServiceProvider provider, SaidInTransaction said, Inbox inbox, TimeProvider clock)
    : IOutboxContextFactory<TDbContext>
    where TDbContext : DbContext
{
    public async Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        var key = new InboxKey(context.GetOriginalMessageId()!.Value, options.ConsumerId);
        await using var transaction = await db.Database.BeginTransactionAsync(context.CancellationToken);
        if (!inbox.IsNew((IConsumingContext)(object)db, key))
        {
            await context.NotifyConsumed(context, TimeSpan.Zero, options.ConsumerType);
            return;
        }

        LeanOutboxConsumeContext<TDbContext, T>? outbox = null;
        outbox = new LeanOutboxConsumeContext<TDbContext, T>(context, options, provider, transaction, key, SaveAsync, clock);
        await next.Send(outbox);
        foreach (var message in outbox.Messages)
            said.Add(db, message);
        await transaction.CommitAsync(context.CancellationToken);

        async Task SaveAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
        {
            db.AddRange(outbox!.DueMessages);
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("simulatedOutbox");
}

/// <summary>The same for transactions that a step opens by itself.</summary>
sealed class SimulatedBusOutbox(IBus bus, DbContext db, SaidInTransaction said, IServiceProvider provider, TimeProvider clock)
    : ScopedBusContext, OutboxSendContext, IOutboxTransaction
{
    public ISendEndpointProvider SendEndpointProvider => field ??= new OutboxSendEndpointProvider(this, bus);

    public IPublishEndpoint PublishEndpoint => field ??= new PublishEndpoint(new OutboxPublishEndpointProvider(this, bus));

    public IScopedClientFactory ClientFactory => throw new NotSupportedException("Nothing that is simulated asks and waits.");

    public object? GetService(Type serviceType) => provider.GetService(serviceType);

    public Task AddSend<T>(SendContext<T> context)
        where T : class
    {
        var message = EntityFrameworkOutboxExtensions.ToOutboxMessage(context, SystemTextJsonMessageSerializer.Instance, clock);
        if (message.EnqueueTime is null)
            said.Add(db, message);
        else
            db.Add(message);
        return Task.CompletedTask;
    }

    public bool IsOf(DbContext other) => ReferenceEquals(other, db);

    public Task SaveAsync(CancellationToken cancellationToken) => db.SaveChangesAsync(cancellationToken);

    public void Committed()
    {
        // the commit itself has handed it over
    }
}

sealed class SimulatedBusOutboxProvider<TDbContext> : IScopedBusContextProvider<IBus>
    where TDbContext : DbContext
{
    public SimulatedBusOutboxProvider(IBus bus, TDbContext db, SaidInTransaction said, Bind<IBus, IClientFactory> clientFactory,
        Bind<IBus, IScopedConsumeContextProvider> consumeContext, IScopedConsumeContextProvider globalConsumeContext, IServiceProvider provider,
        TimeProvider clock) =>
        Context = consumeContext.Value.HasContext
            ? new ConsumeContextScopedBusContext(consumeContext.Value.GetContext(), clientFactory.Value)
            : globalConsumeContext.HasContext
                ? new ConsumeContextScopedBusContext<IBus>(bus, globalConsumeContext.GetContext(), clientFactory.Value, provider)
                : new SimulatedBusOutbox(bus, db, said, provider, clock);

    public ScopedBusContext Context { get; }
}
