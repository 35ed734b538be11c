using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using MassTransit.Middleware;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Outbox;

/// <summary>
/// Sends due messages. It sleeps until the next one is due, and looks at least every few seconds, because another process may have set one.
/// Rows are taken under a lock that skips locked ones, so any number of processes share the work.
/// </summary>
sealed partial class DueMessageDelivery<TDbContext>(
    IServiceScopeFactory scopes,
    IBusControl bus,
    DueSignal<TDbContext> signal,
    TimeProvider clock,
    ILogger<DueMessageDelivery<TDbContext>> log) : BackgroundService
    where TDbContext : DbContext
{
    const int Most = 200; // messages of one transaction: its locks last until the broker has acknowledged them all
    static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(4); // a due time is kept within five seconds, whoever set it
    static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(3);
    static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(10);

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
            var due = await DueMessageStatements.TakeDue(db, now.UtcDateTime, Most).ToListAsync(cancellationToken).ConfigureAwait(false);
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

    async Task SendAsync(TDbContext db, List<OutboxMessage> due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var outcomes =
            await Task.WhenAll(due.Select(async message => (message.SequenceNumber, Sent: await SendAsync(message, cancellationToken).ConfigureAwait(false))))
            .ConfigureAwait(false);
        var sent = outcomes.Where(x => x.Sent).Select(x => x.SequenceNumber).ToList();
        await db.Set<OutboxMessage>().Where(message => sent.Contains(message.SequenceNumber)).ExecuteDeleteAsync(CancellationToken.None).ConfigureAwait(false);

        // one that cannot be sent steps back, so that it does not keep the others from their turn
        var unsent = outcomes.Where(x => !x.Sent).Select(x => x.SequenceNumber).ToList();
        var later = (now + AfterFailure).UtcDateTime;
        if (unsent.Count > 0)
            await db.Set<OutboxMessage>().Where(message => unsent.Contains(message.SequenceNumber))
                .ExecuteUpdateAsync(set => set.SetProperty(message => message.EnqueueTime, later), CancellationToken.None).ConfigureAwait(false);
    }

    async Task<bool> SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(SendTimeout);
        try
        {
            message.Deserialize(SystemTextJsonMessageSerializer.Instance);
            var endpoint = await bus.GetSendEndpoint(message.DestinationAddress!).ConfigureAwait(false);
            await endpoint.Send(new SerializedMessageBody(), new OutboxMessageSendPipe(message, message.DestinationAddress), patience.Token)
                .WaitAsync(patience.Token).ConfigureAwait(false); // also when the send does not hear its token on a dead connection
            return true;
        }
        catch (Exception exception)
        {
            SendFailed(exception, message.MessageId);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A pass of due messages failed and will be repeated")]
    partial void PassFailed(Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Due message {MessageId} was not acknowledged and will be sent again")]
    partial void SendFailed(Exception exception, Guid messageId);
}
