using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Says that a transaction is open in which everything of this message happens.</summary>
interface DbTransactionContext
{
    Guid TransactionId { get; }
}

/// <summary>The context in which a consumer runs: what it sends is collected and saved with its changes.</summary>
sealed class LeanOutboxConsumeContext<TDbContext, TMessage> : OutboxConsumeContextProxy<TMessage>, DbTransactionContext
    where TDbContext : DbContext
    where TMessage : class
{
    readonly IDbContextTransaction _transaction;
    readonly InboxKey _key;
    readonly Func<IReadOnlyList<OutboxMessage>, CancellationToken, Task> _save;
    readonly TimeProvider _clock;
    readonly List<OutboxMessage> _messages = [];
    readonly List<OutboxMessage> _due = [];

    public LeanOutboxConsumeContext(ConsumeContext<TMessage> context, OutboxConsumeOptions options, IServiceProvider provider,
        IDbContextTransaction transaction, InboxKey key, Func<IReadOnlyList<OutboxMessage>, CancellationToken, Task> save, TimeProvider clock)
        : base(context, options, provider)
    {
        _transaction = transaction;
        _key = key;
        _save = save;
        _clock = clock;
    }

    /// <summary>What leaves after the commit.</summary>
    public IReadOnlyList<OutboxMessage> Messages => _messages;

    /// <summary>What waits for its time.</summary>
    public IReadOnlyList<OutboxMessage> DueMessages => _due;

    public Guid TransactionId => _transaction.TransactionId;

    public override Guid? MessageId => _key.MessageId;
    public override bool ContinueProcessing { get; set; }
    public override bool IsMessageConsumed => false;
    public override bool IsOutboxDelivered => false;
    public override int ReceiveCount => 1;
    public override long? LastSequenceNumber => null;

    public override Task AddSend<T>(SendContext<T> context)
        where T : class
    {
        var message = EntityFrameworkOutboxExtensions.ToOutboxMessage(context, SystemTextJsonMessageSerializer.Instance, _clock);
        lock (_messages)
        {
            if (message.EnqueueTime.HasValue)
            {
                _due.Add(message); // names no cause, so it is known as a due message
                return Task.CompletedTask;
            }

            message.InboxMessageId = _key.MessageId;
            message.InboxConsumerId = _key.ConsumerId;
            _messages.Add(message);
            return Task.CompletedTask;
        }
    }

    public override Task SetConsumed()
    {
        // the sweeper measures from here, so that a consumer that takes long does not look like a dead one
        var now = _clock.GetUtcNow().UtcDateTime;
        foreach (var message in _messages)
        {
            message.ExpirationTime += now - message.SentTime;
            message.SentTime = now;
        }

        return _save([.. _messages, .. _due], CancellationToken);
    }

    public override Task SetDelivered() => Task.CompletedTask;
    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult(new List<OutboxMessageContext>());
    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;
    public override Task RemoveOutboxMessages() => Task.CompletedTask;
}
