using Billing.Notification.Metrics;
using Billing.Persistence;
using MassTransit;

namespace Billing.Notification.Queueing;

/// <summary>Stores what is new, in one statement however many there are. An id that is there already is passed over: it was asked for before.</summary>
sealed class MessageStore(NotificationDbContext db, IBulkWriter bulk, KeyDesk keys, Arrivals arrivals, SentCounter counter, FigureBook figures, ILogger<MessageStore> log)
{
    /// <param name="messages">As they were asked for.</param>
    /// <param name="bus">For what is said of those that are dropped. After the commit, and again when the message that asked for them comes again.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task StoreAsync(IEnumerable<OutgoingMessage> messages, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        OutgoingMessage[] asked = [.. messages];
        // in the order of their keys, so that two who store the same wait for each other instead of deadlocking
        OutgoingMessage[] ordered = [.. asked.OrderBy(message => message.NotificationId)];
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var stored = await bulk.InsertNewAsync(db, ordered, cancellationToken);
        var isNew = stored.ToHashSet(ReferenceEqualityComparer.Instance);
        var dropped = await keys.MeetAsync([.. asked.Where(isNew.Contains)], cancellationToken);
        var refused = stored.Where(message => message.State == MessageState.Failed).ToList();
        var ended = EndedCount.Of(refused);
        await bulk.AddUpAsync(db, [.. ended, .. dropped.GroupBy(x => x.Channel).Select(DroppedCount)], count => count.Count, cancellationToken);
        await figures.DemandAsync(db, stored.Where(message => message.State is not (MessageState.Failed or MessageState.Dropped)), cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        foreach (var channel in stored.Where(message => message.State == MessageState.Queued).Select(message => message.Channel).Distinct())
            arrivals.Tell(channel);
        foreach (var count in ended)
            counter.Add(count.Channel, count.State, count.Count);
        if (refused is [var first, ..])
            log.Refused(refused.Count, ordered.Length, first.NotificationId, first.Reason!);
        foreach (var one in dropped)
            log.Dropped(Enum.Parse<Channel>(one.Channel), one.NotificationId, one.WorkspaceId, one.KeptNotificationId);
        foreach (var one in dropped.Concat(await keys.DroppedBeforeAsync([.. asked.Where(message => !isNew.Contains(message))], cancellationToken)))
            await bus.Publish(one, cancellationToken);
    }

    static EndedCount DroppedCount(IGrouping<string, Contracts.Notification.V1.NotificationDropped> dropped) =>
        new() { Channel = Enum.Parse<Channel>(dropped.Key), State = MessageState.Dropped, Shard = Shards.Any(), Count = dropped.Count() };
}
