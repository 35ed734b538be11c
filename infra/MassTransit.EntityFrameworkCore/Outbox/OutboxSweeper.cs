using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// Sends what was written down and not sent: bus outbox messages at once, those of a consumer when their process must be dead.
/// It locks the row that stands for the transaction, skipping locked ones, so any number of sweepers share the work.
/// </summary>
sealed partial class OutboxSweeper<TDbContext>(
    IServiceScopeFactory scopes,
    IBusControl bus,
    OutboxSettings<TDbContext> settings,
    OutboxSql<TDbContext> sql,
    OutboxSignal<TDbContext> signal,
    SetAsideRows<TDbContext> setAside,
    TimeProvider clock,
    ILogger<OutboxSweeper<TDbContext>> log) : BackgroundService
    where TDbContext : DbContext
{
    readonly OutboxSender _sender = new(bus, settings.MessageDeliveryLimit, settings.MessageDeliveryTimeout, clock);
    readonly Setbacks<Guid> _outboxSetbacks = new(clock);
    readonly Setbacks<InboxKey> _abandonedSetbacks = new(clock);
    long _lookedForAbandoned;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (bus.CheckHealth().Status == BusHealthStatus.Unhealthy || !await SweepAsync(stoppingToken).ConfigureAwait(false))
                    await signal.WaitAsync(settings.QueryDelay, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                PassFailed(exception);
                await Task.Delay(settings.QueryDelay, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task<bool> SweepAsync(CancellationToken cancellationToken)
    {
        var more = settings.DeliversBusOutbox && await PassAsync(SweepBusOutboxAsync, cancellationToken).ConfigureAwait(false);
        if (_lookedForAbandoned != 0 && clock.GetElapsedTime(_lookedForAbandoned) < settings.QueryDelay)
            return more;
        if (await PassAsync(SweepAbandonedAsync, cancellationToken).ConfigureAwait(false))
            return true;
        _lookedForAbandoned = clock.GetTimestamp();
        await setAside.CountAsync(cancellationToken).ConfigureAwait(false);
        return more;
    }

    async Task<bool> PassAsync(Func<TDbContext, CancellationToken, Task<bool>> sweep, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
        db.Database.SetCommandTimeout(settings.QueryTimeout);
        var strategy = db.Database.CreateExecutionStrategy();
        return await strategy.ExecuteAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            var more = await sweep(db, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            return more;
        }).ConfigureAwait(false);
    }

    async Task<bool> SweepBusOutboxAsync(TDbContext db, CancellationToken cancellationToken)
    {
        var claimed = new List<Guid>();
        await using (var claim = sql.For(db).ClaimOutboxes(db, settings.QueryMessageLimit,
            clock.GetUtcNow().UtcDateTime - settings.RecoveryAge, _outboxSetbacks.Waiting()))
        await using (var reader = await claim.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                claimed.Add(reader.GetGuid(0));
        if (claimed.Count == 0)
            return false;

        var rows = await ReadAsync(db, db.Set<OutboxMessage>().Where(message => claimed.Contains(message.OutboxId!.Value)), cancellationToken)
            .ConfigureAwait(false);
        var unsent = await SendAsync(db, rows, message => message.OutboxId!.Value, _outboxSetbacks, cancellationToken).ConfigureAwait(false);

        var done = claimed.Except(unsent).ToList();
        await db.Set<OutboxState>().Where(outbox => done.Contains(outbox.OutboxId)).ExecuteDeleteAsync(CancellationToken.None).ConfigureAwait(false);
        return claimed.Count == settings.QueryMessageLimit;
    }

    async Task<bool> SweepAbandonedAsync(TDbContext db, CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow().UtcDateTime - settings.RecoveryAge;
        var claimed = new HashSet<InboxKey>();
        await using (var claim = sql.For(db).ClaimAbandoned(db, settings.QueryMessageLimit, before, _abandonedSetbacks.Waiting()))
        await using (var reader = await claim.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                claimed.Add(new InboxKey(reader.GetGuid(0), reader.GetGuid(1)));
        if (claimed.Count == 0)
            return false;

        var causes = claimed.Select(key => key.MessageId).Distinct().ToList();
        var consumers = claimed.Select(key => key.ConsumerId).Distinct().ToList();
        var rows = await ReadAsync(db, db.Set<OutboxMessage>().Where(message =>
                causes.Contains(message.InboxMessageId!.Value) && consumers.Contains(message.InboxConsumerId!.Value)), cancellationToken)
            .ConfigureAwait(false);
        rows.RemoveAll(message => !claimed.Contains(CauseOf(message)));
        Recovering(rows.Count, claimed.Count);
        await SendAsync(db, rows, CauseOf, _abandonedSetbacks, cancellationToken).ConfigureAwait(false);
        return claimed.Count == settings.QueryMessageLimit;
    }

    static InboxKey CauseOf(OutboxMessage message) => new(message.InboxMessageId!.Value, message.InboxConsumerId!.Value);

    /// <summary>Reads what can be read. The other rows are set aside and told once, for they would fail every time.</summary>
    async Task<List<OutboxMessage>> ReadAsync(TDbContext db, IQueryable<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        var rows = await OutboxRows.ReadAsync(messages, cancellationToken).ConfigureAwait(false);
        await setAside.SetAsideAsync(db, rows.Unreadable).ConfigureAwait(false);
        return rows.Readable;
    }

    /// <summary>Sends transaction by transaction side by side, deletes what was acknowledged, and names the transactions that are not done.</summary>
    async Task<List<TKey>> SendAsync<TKey>(TDbContext db, List<OutboxMessage> messages, Func<OutboxMessage, TKey> transactionOf,
        Setbacks<TKey> setbacks, CancellationToken cancellationToken)
        where TKey : struct
    {
        var results = await Task.WhenAll(messages.GroupBy(transactionOf)
            .Select(async group => (group.Key, Result: await _sender.SendAsync([.. group], cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);

        var acknowledged = results.SelectMany(x => x.Result.Acknowledged).Select(message => message.SequenceNumber).ToList();
        if (acknowledged.Count > 0)
            await db.Set<OutboxMessage>().Where(message => acknowledged.Contains(message.SequenceNumber))
                .ExecuteDeleteAsync(CancellationToken.None).ConfigureAwait(false);

        var unsent = results.Where(x => !x.Result.Complete).ToList();
        foreach (var (key, result) in unsent)
        {
            SendFailed(result.Failure, key.ToString()!);
            setbacks.Remember(key);
        }

        return [.. unsent.Select(x => x.Key)];
    }

    [LoggerMessage(2, LogLevel.Warning, "A pass of the outbox delivery failed and will be repeated")]
    partial void PassFailed(Exception exception);

    [LoggerMessage(3, LogLevel.Warning, "Outgoing messages of transaction {Transaction} were not acknowledged and will be sent again")]
    partial void SendFailed(Exception? exception, string transaction);

    [LoggerMessage(4, LogLevel.Information, "Sending {Count} messages of {Transactions} consumed messages whose process did not finish sending")]
    partial void Recovering(int count, int transactions);

    /// <summary>Transactions that could not be sent wait a little, so that they do not stand in the way of all others.</summary>
    sealed class Setbacks<TKey>(TimeProvider clock)
        where TKey : struct
    {
        static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
        readonly Dictionary<TKey, (DateTimeOffset Until, TimeSpan Pause)> _waiting = [];

        public void Remember(TKey transaction)
        {
            var pause = _waiting.TryGetValue(transaction, out var last) ? last.Pause * 2 : TimeSpan.FromSeconds(1);
            pause = pause < Longest ? pause : Longest;
            _waiting[transaction] = (clock.GetUtcNow() + pause, pause);
        }

        public List<TKey> Waiting()
        {
            var now = clock.GetUtcNow();
            foreach (var (transaction, setback) in _waiting)
                if (setback.Until + Longest < now)
                    _waiting.Remove(transaction);
            return [.. _waiting.Where(x => x.Value.Until > now).Select(x => x.Key)];
        }
    }
}
