using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// Sends what a transaction of the bus outbox has committed, from memory. Its rows carry a lease meanwhile: when this process dies, the sweeper of any process
/// sends them. When the broker is away, or too many are under way, no lease is taken, and the sweeper has them at once.
/// </summary>
sealed partial class BusOutboxDelivery<TDbContext>(
    IServiceScopeFactory scopes,
    IBusControl bus,
    OutboxSettings<TDbContext> settings,
    SentMessageRemover<TDbContext> remover,
    OutboxSignal<TDbContext> signal,
    TimeProvider clock,
    ILogger<BusOutboxDelivery<TDbContext>> log) : IHostedService
    where TDbContext : DbContext
{
    /// <summary>More do not make a broker faster that is slow, and what waits in memory is lost with the process.</summary>
    const int MostUnderWay = 16;

    readonly OutboxSender _sender = new(bus, settings.MessageDeliveryLimit, settings.MessageDeliveryTimeout, clock);
    readonly ConcurrentDictionary<Guid, Task> _underWay = [];
    int _taken;

    /// <summary>Marks the transaction as its writer's to send. Null when the sweeper is to send it.</summary>
    public Place? TakePlace(OutboxState outbox, IReadOnlyList<OutboxMessage> messages)
    {
        if (!settings.DeliversBusOutbox || bus.CheckHealth().Status == BusHealthStatus.Unhealthy || !TryTake())
            return null;
        outbox.LockId = NewId.NextGuid();
        return new Place(this, outbox.OutboxId, messages);
    }

    bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= MostUnderWay)
            return true;
        Release();
        return false;
    }

    void Release() => Interlocked.Decrement(ref _taken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Gives what is under way its time. What is cut off meanwhile is left to the sweeper.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_underWay.Values).WaitAsync(cancellationToken);

    void Deliver(Guid outboxId, IReadOnlyList<OutboxMessage> messages)
    {
        var sent = new TaskCompletionSource();
        _underWay[outboxId] = sent.Task;
        _ = Task.Run(async () =>
        {
            try
            {
                await DeliverAsync(outboxId, messages).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                LeftToSweeper(exception, outboxId);
            }
            finally
            {
                Release();
                _underWay.TryRemove(outboxId, out _);
                sent.SetResult();
            }
        });
    }

    async Task DeliverAsync(Guid outboxId, IReadOnlyList<OutboxMessage> messages)
    {
        var result = await _sender.SendUnderLeaseAsync(messages, settings.RenewalPause, () => RenewAsync(outboxId)).ConfigureAwait(false);
        if (result.Complete)
        {
            remover.RemoveLater(outboxId);
            return;
        }

        LeftToSweeper(result.Failure, outboxId);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
        var gone = result.Acknowledged.Select(message => message.MessageId).ToList();
        if (gone.Count > 0)
            await db.Set<OutboxMessage>().Where(message => message.OutboxId == outboxId && gone.Contains(message.MessageId)).ExecuteDeleteAsync()
                .ConfigureAwait(false);
        await db.Set<OutboxState>().Where(outbox => outbox.OutboxId == outboxId)
            .ExecuteUpdateAsync(set => set.SetProperty(outbox => outbox.LockId, Guid.Empty)).ConfigureAwait(false);
        signal.Delivered();
    }

    async Task RenewAsync(Guid outboxId)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var now = clock.GetUtcNow().UtcDateTime;
            await scope.ServiceProvider.GetRequiredService<TDbContext>().Set<OutboxState>().Where(outbox => outbox.OutboxId == outboxId)
                .ExecuteUpdateAsync(set => set.SetProperty(outbox => outbox.Created, now)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            NotRenewed(exception, outboxId);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Outgoing messages of transaction {Transaction} were not all acknowledged and are left to the sweeper")]
    partial void LeftToSweeper(Exception? exception, Guid transaction);

    [LoggerMessage(2, LogLevel.Warning, "The lease of transaction {Transaction} could not be renewed")]
    partial void NotRenewed(Exception exception, Guid transaction);

    /// <summary>A transaction that is saved, and not known to be committed yet.</summary>
    internal sealed class Place(BusOutboxDelivery<TDbContext> delivery, Guid outboxId, IReadOnlyList<OutboxMessage> messages)
    {
        public void Deliver() => delivery.Deliver(outboxId, messages);

        /// <summary>It was not committed, or nobody knows: then its rows wait for the sweeper, if they are there.</summary>
        public void Leave() => delivery.Release();
    }
}
