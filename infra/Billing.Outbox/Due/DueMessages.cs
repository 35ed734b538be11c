using MassTransit;
using MassTransit.DependencyInjection;
using MassTransit.EntityFrameworkCoreIntegration;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using MassTransit.Serialization;
using MassTransit.Transports;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Outbox;

sealed class DueMessages<TDbContext>(TDbContext db, IBus bus, IServiceProvider provider, DueSignal<TDbContext> signal) : IDueMessages
    where TDbContext : DbContext
{
    public Task<Guid> SendAsync<T>(Uri destination, DateTimeOffset due, T message, CancellationToken cancellationToken)
        where T : class =>
        SendAsync(destination, due, message, null, cancellationToken);

    public async Task<Guid> SendAsync<T>(Uri destination, DateTimeOffset due, T message, IPipe<SendContext<T>>? pipe, CancellationToken cancellationToken)
        where T : class
    {
        var row = new DueRow(this, due);
        var endpoint = await new OutboxSendEndpointProvider(row, bus).GetSendEndpoint(destination).ConfigureAwait(false);
        await endpoint.Send(message, Carrying(row, pipe), cancellationToken).ConfigureAwait(false);
        return row.Token;
    }

    public async Task<Guid> PublishAsync<T>(DateTimeOffset due, T message, CancellationToken cancellationToken)
        where T : class
    {
        var row = new DueRow(this, due);
        var endpoint = await new OutboxPublishEndpointProvider(row, bus).GetPublishSendEndpoint<T>().ConfigureAwait(false);
        await endpoint.Send(message, Carrying<T>(row, null), cancellationToken).ConfigureAwait(false);
        return row.Token;
    }

    public async Task<bool> CancelAsync(Guid token, CancellationToken cancellationToken)
    {
        var unsaved = db.ChangeTracker.Entries<OutboxMessage>().FirstOrDefault(x => x.State == EntityState.Added && x.Entity.MessageId == token);
        if (unsaved is not null)
        {
            unsaved.State = EntityState.Detached;
            return true;
        }

        return await db.Set<OutboxMessage>().ThatAreDueMessages().Where(message => message.MessageId == token)
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false) > 0;
    }

    /// <summary>What was set while a message was consumed belongs to that message's conversation.</summary>
    IPipe<SendContext<T>> Carrying<T>(DueRow row, IPipe<SendContext<T>>? pipe)
        where T : class
    {
        var consumed = provider.GetService<IScopedConsumeContextProvider>() is { HasContext: true } scoped ? scoped.GetContext() : null;
        return Pipe.ExecuteAsync<SendContext<T>>(async context =>
        {
            if (consumed is not null)
            {
                context.ConversationId = consumed.ConversationId;
                context.InitiatorId = consumed.CorrelationId;
                context.SourceAddress = consumed.ReceiveContext.InputAddress;
            }

            if (pipe is not null && pipe.IsNotEmpty())
                await pipe.Send(context).ConfigureAwait(false);
            context.MessageId = row.Token;
            context.Headers.Set(MessageHeaders.SchedulingTokenId, row.Token.ToString("D"));
        });
    }

    /// <summary>Receives what would be sent and keeps it as a row that names neither inbox nor outbox: so it is known as a due message.</summary>
    sealed class DueRow(DueMessages<TDbContext> owner, DateTimeOffset due) : OutboxSendContext
    {
        public Guid Token { get; } = NewId.NextGuid();

        public object? GetService(Type serviceType) => owner.Services.GetService(serviceType);

        public async Task AddSend<T>(SendContext<T> context)
            where T : class
        {
            owner.Db.ChangeTracker.Tracked += SetDueTime;
            try
            {
                await owner.Db.Set<OutboxMessage>().AddSend(context, SystemTextJsonMessageSerializer.Instance).ConfigureAwait(false);
            }
            finally
            {
                owner.Db.ChangeTracker.Tracked -= SetDueTime;
            }

            owner.Signal.Expect(due);
        }

        // the row is met as it enters the context: looking for it among all others would cost more with each
        void SetDueTime(object? sender, EntityTrackedEventArgs tracked)
        {
            if (tracked.Entry.Entity is OutboxMessage message && message.MessageId == Token)
                message.EnqueueTime = due.UtcDateTime;
        }
    }

    TDbContext Db => db;

    IServiceProvider Services => provider;

    DueSignal<TDbContext> Signal => signal;
}
