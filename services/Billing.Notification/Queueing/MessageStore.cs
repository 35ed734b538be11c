using Billing.Notification.Metrics;
using Billing.Persistence;

namespace Billing.Notification.Queueing;

/// <summary>Stores what is new, in one statement however many there are. An id that is there already is passed over: it was asked for before.</summary>
sealed class MessageStore(NotificationDbContext db, IBulkWriter bulk, Arrivals arrivals, SentCounter counter, FigureBook figures, ILogger<MessageStore> log)
{
    public async Task StoreAsync(IEnumerable<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        // in the order of their keys, so that two who store the same wait for each other instead of deadlocking
        OutgoingMessage[] ordered = [.. messages.OrderBy(message => message.NotificationId)];
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var stored = await bulk.InsertNewAsync(db, ordered, cancellationToken);
        var refused = stored.Where(message => message.State == MessageState.Failed).ToList();
        await bulk.AddUpAsync(db, EndedCount.Of(refused), count => count.Count, cancellationToken);
        await figures.DemandAsync(db, stored.Where(message => message.State == MessageState.Queued), cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        foreach (var channel in stored.Where(message => message.State == MessageState.Queued).Select(message => message.Channel).Distinct())
            arrivals.Tell(channel);
        foreach (var count in EndedCount.Of(refused))
            counter.Add(count.Channel, count.State, count.Count);
        if (refused is [var first, ..])
            log.Refused(refused.Count, ordered.Length, first.NotificationId, first.Reason!);
    }
}
