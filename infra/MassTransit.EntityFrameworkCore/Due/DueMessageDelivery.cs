using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// Sends due messages. It sleeps until the next one is due, and looks at least every few seconds, because another process may have set one.
/// Rows are taken under a lock that skips locked ones, so any number of processes share the work.
/// </summary>
sealed partial class DueMessageDelivery<TDbContext>(
    IServiceScopeFactory scopes,
    IBusControl bus,
    OutboxSettings<TDbContext> settings,
    OutboxSql<TDbContext> sql,
    DueSignal<TDbContext> signal,
    SetAsideRows<TDbContext> setAside,
    TimeProvider clock,
    ILogger<DueMessageDelivery<TDbContext>> log) : BackgroundService
    where TDbContext : DbContext
{
    const int Most = 200; // messages of one transaction: its locks last until the broker has acknowledged them all
    static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(4); // a due time is kept within five seconds, whoever set it
    static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(3);

    readonly OutboxSender _sender = new(bus, settings.MessageDeliveryLimit, settings.MessageDeliveryTimeout, clock);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var wake = bus.CheckHealth().Status == BusHealthStatus.Unhealthy
                    ? clock.GetUtcNow() + TimeSpan.FromSeconds(1)
                    : await DeliverAsync(stoppingToken).ConfigureAwait(false);
                await signal.SleepUntilAsync(wake, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                PassFailed(exception);
                await Task.Delay(AfterFailure, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Sends what is due and says when to look again.</summary>
    async Task<DateTimeOffset> DeliverAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            var now = clock.GetUtcNow();
            var due = await ClaimAsync(db, now.UtcDateTime, cancellationToken).ConfigureAwait(false);
            if (due.Count > 0)
                await SendAsync(db, due, now, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);

            if (due.Count == Most)
                return now;
            var next = await db.Set<OutboxMessage>().ThatAreDueMessages().MinAsync(message => message.EnqueueTime, cancellationToken).ConfigureAwait(false);
            var latest = now + LongestSleep;
            return next is { } instant && new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc)) is var at
                && at < latest && at > now ? at : latest;
        }).ConfigureAwait(false);
    }

    async Task<List<long>> ClaimAsync(TDbContext db, DateTime now, CancellationToken cancellationToken)
    {
        var claimed = new List<long>();
        await using var claim = sql.For(db).ClaimDue(db, Most, now);
        await using var reader = await claim.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            claimed.Add(reader.GetInt64(0));
        return claimed;
    }

    async Task SendAsync(TDbContext db, List<long> due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await OutboxRows.ReadAsync(db.Set<OutboxMessage>().Where(message => due.Contains(message.SequenceNumber)), cancellationToken)
            .ConfigureAwait(false);
        await setAside.SetAsideAsync(db, rows.Unreadable).ConfigureAwait(false);
        var messages = rows.Readable;
        var result = await _sender.SendAsync([.. messages.OrderBy(message => message.EnqueueTime).ThenBy(message => message.SequenceNumber)], cancellationToken)
            .ConfigureAwait(false);
        var sent = result.Acknowledged.Select(message => message.SequenceNumber).ToList();
        await db.Set<OutboxMessage>().Where(message => sent.Contains(message.SequenceNumber)).ExecuteDeleteAsync(CancellationToken.None).ConfigureAwait(false);
        if (result.Complete)
            return;

        // one that cannot be sent steps back, so that it does not keep the others from their turn
        SendFailed(result.Failure, messages.Count - sent.Count);
        var unsent = messages.Select(message => message.SequenceNumber).Except(sent).ToList();
        var later = (now + AfterFailure).UtcDateTime;
        await db.Set<OutboxMessage>().Where(message => unsent.Contains(message.SequenceNumber))
            .ExecuteUpdateAsync(set => set.SetProperty(message => message.EnqueueTime, later), CancellationToken.None).ConfigureAwait(false);
    }

    [LoggerMessage(6, LogLevel.Warning, "A pass of due messages failed and will be repeated")]
    partial void PassFailed(Exception exception);

    [LoggerMessage(7, LogLevel.Warning, "{Count} due messages were not acknowledged and will be sent again")]
    partial void SendFailed(Exception? exception, int count);
}
