using Billing.Contracts.Notification.V1;
using Billing.Hosting.Outcomes;
using Billing.Notification.Messages;
using Billing.Notification.Metrics;
using Billing.Notification.Queueing;
using Billing.Persistence;
using MassTransit;

namespace Billing.Notification.Intake;

/// <summary>
/// Stores what is new, in one statement however many messages there are. An id that is there already is passed over: it was asked for before.
/// </summary>
sealed class MessageStore(
    NotificationDbContext db, IBulkWriter bulk, DeduplicationStore deduplication, Arrivals arrivals, FigureRecorder figures, ILogger<MessageStore> log)
{
    /// <param name="messages">As they were asked for.</param>
    /// <param name="bus">Publishes which messages were dropped, after the commit, and once more when the message that asked for them comes again.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>What became of each.</returns>
    public async Task<StoredMessages> StoreAsync(IEnumerable<OutgoingMessage> messages, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        OutgoingMessage[] asked = [.. messages];
        // In the order of their keys, so that two transactions with the same messages wait for each other instead of deadlocking.
        OutgoingMessage[] ordered = [.. asked.OrderBy(message => message.NotificationId)];
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var stored = await bulk.InsertNewAsync(db, ordered, cancellationToken);
        var isNew = stored.ToHashSet(ReferenceEqualityComparer.Instance);
        var dropped = await deduplication.ApplyAsync([.. asked.Where(isNew.Contains)], cancellationToken);
        // refused, or known to have left before it was asked for again
        var over = stored.Where(message => message.State is MessageState.Failed or MessageState.Sent).ToList();
        await figures.OutcomesAsync(db, Outcome.Of(over).Concat(dropped.GroupBy(x => x.Channel).Select(OutcomeOf)), cancellationToken);
        await figures.DemandAsync(db, stored, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        foreach (var channel in stored.Where(message => message.State == MessageState.Queued).Select(message => message.Channel).Distinct())
            arrivals.Tell(channel);
        figures.Committed(Outcome.Of(over));
        var refused = over.FindAll(message => message.State == MessageState.Failed);
        if (refused is [var first, ..])
            using (log.Trace(first))
                log.Refused(refused.Count, ordered.Length, first.NotificationId, first.Reason!);
        TellDropped(dropped, ordered);
        var before = await deduplication.DroppedBeforeAsync([.. asked.Where(message => !isNew.Contains(message))], cancellationToken);
        foreach (var one in dropped.Concat(before))
            await bus.Publish(one, cancellationToken);
        return new StoredMessages(isNew, dropped.Select(one => one.NotificationId).ToHashSet());
    }

    void TellDropped(IReadOnlyList<NotificationDropped> dropped, OutgoingMessage[] asked)
    {
        foreach (var one in dropped)
            using (Array.Find(asked, message => message.NotificationId == one.NotificationId) is { } message ? log.Trace(message) : null)
                log.Dropped(Enum.Parse<Channel>(one.Channel), one.NotificationId, one.WorkspaceId, one.KeptNotificationId);
    }

    static Outcome OutcomeOf(IGrouping<string, NotificationDropped> dropped) => new(Enum.Parse<Channel>(dropped.Key), MessageState.Dropped, dropped.Count());
}

/// <summary>What became of messages on arrival.</summary>
/// <param name="New">Those that nobody had asked for before.</param>
/// <param name="Dropped">Of them, those that say what another one said.</param>
sealed record StoredMessages(IReadOnlySet<object?> New, IReadOnlySet<Guid> Dropped)
{
    /// <summary>Tells it whoever wants to know.</summary>
    public void Tell(CommandOutcome? outcome, OutgoingMessage message)
    {
        if (!New.Contains(message))
            outcome?.NothingChanged("a message with this id was taken before");
        else if (message.State == MessageState.Failed)
            outcome?.Reject(message.Reason!);
        else if (message.State == MessageState.Sent)
            outcome?.NothingChanged(message.Reason!);
        else
            outcome?.Add("notification", $"{message.NotificationId}",
                Dropped.Contains(message.NotificationId) ? "dropped: the same was asked for before" : "queued");
    }
}
