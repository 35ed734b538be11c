using System.Diagnostics;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// One transaction for one message: inbox row, the consumer's changes, outgoing messages. After the commit the messages leave
/// from memory, and their rows are deleted later together with those of other messages. What a crash leaves behind is the sweeper's.
/// </summary>
sealed class EntityFrameworkOutboxContextFactory<TDbContext>(
    TDbContext db,
    IServiceProvider provider,
    OutboxSettings<TDbContext> settings,
    OutboxSql<TDbContext> sql,
    SentMessageRemover<TDbContext> remover,
    DueSignal<TDbContext> signal,
    TimeProvider clock) :
    IOutboxContextFactory<TDbContext>
    where TDbContext : DbContext
{
    /// <summary>A consumer that is done within it need not have its duplicate window set anew: one round trip less for nearly every message.</summary>
    static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    readonly OutboxStatements _statements = sql.For(db);
    readonly IOutboxFaults? _faults = provider.GetService<IOutboxFaults>();

    public async Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        var key = new InboxKey(MessageIdOf(context), options.ConsumerId);
        var outbox = await ConsumeOrTellAsync(context, options, key, next).ConfigureAwait(false);
        foreach (var due in outbox?.DueMessages ?? [])
            signal.Expect(due.EnqueueTime!.Value);
        if (outbox is { Messages.Count: > 0 })
            await DeliverAsync(context, options, key, outbox.Messages).ConfigureAwait(false);
        await FaultAsync(OutboxFaultPoint.BeforeAcknowledge, key).ConfigureAwait(false);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outboxContextFactory").Add("provider", "entityFrameworkCore");

    static bool IsBatch<T>() => typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(Batch<>);

    static Guid MessageIdOf<T>(ConsumeContext<T> context)
        where T : class
    {
        // a batch has no identity of its own: the same messages may come back in other company
        if (IsBatch<T>())
            return NewId.NextGuid();
        return context.GetOriginalMessageId() ?? throw new MessageException(typeof(T), "MessageId required to use the outbox");
    }

    /// <summary>The sender hears of what fails around the consumer, such as the commit, too. The consumer's own failures are told by its pipe.</summary>
    async Task<LeanOutboxConsumeContext<TDbContext, T>?> ConsumeOrTellAsync<T>(ConsumeContext<T> context, OutboxConsumeOptions options, InboxKey key,
        IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        var consumer = new WatchedPipe<T>(next);
        try
        {
            return await ConsumeAsync(context, options, key, consumer).ConfigureAwait(false);
        }
        catch (Exception exception) when (!consumer.HasFailed && exception is not OperationCanceledException)
        {
            await context.NotifyFaulted(Stopwatch.GetElapsedTime(started), options.ConsumerType, exception).ConfigureAwait(false);
            throw;
        }
    }

    Task<LeanOutboxConsumeContext<TDbContext, T>?> ConsumeAsync<T>(ConsumeContext<T> context, OutboxConsumeOptions options, InboxKey key,
        IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        var strategy = db.Database.CreateExecutionStrategy();
        var before = TrackedEntities.Of(db);
        return strategy.RetriesOnFailure ? strategy.ExecuteAsync(AttemptAsync) : AttemptAsync();

        async Task<LeanOutboxConsumeContext<TDbContext, T>?> AttemptAsync()
        {
            try
            {
                return await ConsumeInTransactionAsync(context, options, key, next).ConfigureAwait(false);
            }
            catch
            {
                before.Restore(); // the next attempt may come in the same scope
                throw;
            }
        }
    }

    async Task<LeanOutboxConsumeContext<TDbContext, T>?> ConsumeInTransactionAsync<T>(ConsumeContext<T> context, OutboxConsumeOptions options,
        InboxKey key, IPipe<OutboxConsumeContext<T>> next)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        var received = clock.GetUtcNow();

        await FaultAsync(OutboxFaultPoint.BeforeTransaction, key).ConfigureAwait(false);
        await using var transaction = await db.Database.BeginTransactionAsync(settings.IsolationLevel, context.CancellationToken).ConfigureAwait(false);
        if (!await IsNewAsync(key, context).ConfigureAwait(false))
        {
            // without this the transport would take the message for one that nobody wants
            await context.NotifyConsumed(context, Stopwatch.GetElapsedTime(started), options.ConsumerType).ConfigureAwait(false);
            LogContext.Debug?.Log("Consumed before, passed over: {MessageId} {ConsumerId}", key.MessageId, key.ConsumerId);
            return null;
        }

        await FaultAsync(OutboxFaultPoint.AfterInboxRow, key).ConfigureAwait(false);
        var outbox = new LeanOutboxConsumeContext<TDbContext, T>(context, options, provider, transaction, key, SaveAsync, clock);
        await next.Send(outbox).ConfigureAwait(false);

        if (clock.GetUtcNow() - received > Short)
            await RestartWindowAsync<T>(key, transaction.TransactionId, context.CancellationToken).ConfigureAwait(false);

        await FaultAsync(OutboxFaultPoint.BeforeCommit, key).ConfigureAwait(false);
        await transaction.CommitAsync(context.CancellationToken).ConfigureAwait(false);
        return outbox;
    }

    /// <summary>The duplicate window counts from the end of the consumer.</summary>
    async Task RestartWindowAsync<T>(InboxKey key, Guid transactionId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using (var command = _statements.RenewDelivery(db, key, now))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        if (!IsBatch<T>())
            return;
        await using var messages = _statements.RestartWindows(db, transactionId, now);
        await messages.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task<bool> IsNewAsync<T>(InboxKey key, ConsumeContext<T> context)
        where T : class
    {
        await using var command = _statements.InsertInbox(db, key, clock.GetUtcNow().UtcDateTime, context.ExpirationTime);
        return await command.ExecuteNonQueryAsync(context.CancellationToken).ConfigureAwait(false) > 0;
    }

    async Task SaveAsync(IReadOnlyList<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count <= OutboxStatements.FewMessages)
            db.AddRange(messages);

        // nobody could go on after a failure here, so the savepoint that EF would set costs two round trips for nothing
        var savepoints = db.Database.AutoSavepointsEnabled;
        db.Database.AutoSavepointsEnabled = false;
        try
        {
            await db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            db.Database.AutoSavepointsEnabled = savepoints;
        }

        if (messages.Count > OutboxStatements.FewMessages)
        {
            await using var command = _statements.InsertMessages(db, messages);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    async Task DeliverAsync(ConsumeContext context, OutboxConsumeOptions options, InboxKey key, IReadOnlyList<OutboxMessage> messages)
    {
        await FaultAsync(OutboxFaultPoint.AfterCommit, key).ConfigureAwait(false);
        var sender = new OutboxSender(context.ReceiveContext.SendEndpointProvider, options.MessageDeliveryLimit,
            options.MessageDeliveryTimeout, clock);
        var result = await sender.SendUnderLeaseAsync(messages, settings.RenewalPause, () => RenewAsync(key)).ConfigureAwait(false);
        await FaultAsync(OutboxFaultPoint.AfterSend, key).ConfigureAwait(false);
        if (result.Complete)
        {
            remover.RemoveLater(key);
            return;
        }

        LogContext.Warning?.Log(result.Failure!, "{Count} messages caused by {MessageId} were not acknowledged and are left to the sweeper",
            messages.Count - result.Acknowledged.Count, key.MessageId);
        await ForgetAsync(key, result.Acknowledged).ConfigureAwait(false);
    }

    /// <summary>Keeps the sweepers of all processes away from a delivery that takes its time. A process that dies renews nothing.</summary>
    async Task RenewAsync(InboxKey key)
    {
        try
        {
            await db.Database.OpenConnectionAsync().ConfigureAwait(false);
            await using var command = _statements.RenewDelivery(db, key, clock.GetUtcNow().UtcDateTime);
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogContext.Warning?.Log(exception, "The lease of a delivery could not be renewed: {MessageId}", key.MessageId);
        }
        finally
        {
            await db.Database.CloseConnectionAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What has left need not leave again with the rest.</summary>
    async Task ForgetAsync(InboxKey key, IReadOnlyList<OutboxMessage> sent)
    {
        var ids = sent.Select(message => message.MessageId).ToList();
        try
        {
            if (ids.Count > 0)
                await db.Set<OutboxMessage>()
                    .Where(message => message.InboxMessageId == key.MessageId && message.InboxConsumerId == key.ConsumerId && ids.Contains(message.MessageId))
                    .ExecuteDeleteAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogContext.Warning?.Log(exception, "{Count} messages that have left will leave once more: {MessageId}", ids.Count, key.MessageId);
        }
    }

    ValueTask FaultAsync(OutboxFaultPoint point, InboxKey key) => _faults?.At(point, key) ?? ValueTask.CompletedTask;

    /// <summary>Knows whether the last attempt failed inside the consumer's pipe.</summary>
    sealed class WatchedPipe<T>(IPipe<OutboxConsumeContext<T>> next) : IPipe<OutboxConsumeContext<T>>
        where T : class
    {
        public bool HasFailed { get; private set; }

        public async Task Send(OutboxConsumeContext<T> context)
        {
            HasFailed = true;
            await next.Send(context).ConfigureAwait(false);
            HasFailed = false;
        }

        public void Probe(ProbeContext context) => next.Probe(context);
    }
}
