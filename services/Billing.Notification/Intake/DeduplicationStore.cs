using Billing.Contracts.Notification.V1;
using Billing.Notification.Messages;
using Billing.Notification.Queueing;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Intake;

/// <summary>Decides between messages of the same key, under the key's lock and in the transaction that stores them.</summary>
sealed class DeduplicationStore(NotificationDbContext db, IBulkWriter bulk, TimeProvider clock)
{
    /// <param name="stored">New messages, in the order in which they came.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>The messages that were dropped.</returns>
    public async Task<IReadOnlyList<NotificationDropped>> ApplyAsync(IReadOnlyList<OutgoingMessage> stored, CancellationToken cancellationToken)
    {
        var dropped = new List<NotificationDropped>();
        var groups = stored.Where(message => message is { Same: not null, State: MessageState.Queued or MessageState.Deferred })
            .GroupBy(message => (message.Channel, message.WorkspaceId, message.Same!.Key));
        // In the order of the keys, so that two transactions with the same keys wait for each other instead of deadlocking.
        foreach (var group in groups.OrderBy(group => group.Key))
        {
            var held = await LockAsync(group.Key, cancellationToken);
            foreach (var message in group)
                if (await ApplyAsync(held, message, cancellationToken) is { } one)
                    dropped.Add(one);
        }

        return dropped;
    }

    /// <summary>
    /// Of messages that came again: what was dropped the first time, they or the one in whose place they stand. Whoever asked may not have heard of it.
    /// </summary>
    public async Task<IReadOnlyList<NotificationDropped>> DroppedBeforeAsync(IReadOnlyCollection<OutgoingMessage> again, CancellationToken cancellationToken)
    {
        var asked = again.Where(message => message.Same is not null).ToLookup(message => message.NotificationId);
        if (asked.Count == 0)
            return [];
        var ids = asked.Select(message => message.Key).ToList();
        var replacing = asked.Where(messages => messages.Any(message => message.Same!.Mode == DeduplicationMode.Debounce))
            .Select(message => (Guid?)message.Key).ToList();
        var dropped = await db.Messages.AsNoTracking()
            .Where(message => message.State == MessageState.Dropped && message.InFavourOf != null)
            .Where(message => ids.Contains(message.NotificationId) || replacing.Contains(message.InFavourOf)).ToListAsync(cancellationToken);
        return dropped.ConvertAll(message =>
        {
            var same = (asked[message.NotificationId].FirstOrDefault() ?? asked[message.InFavourOf!.Value].First()).Same!;
            return Dropped(message, same, message.InFavourOf!.Value, message.EndedAt!.Value);
        });
    }

    /// <summary>Deletes keys whose time is over and that stand for no message that is still to leave.</summary>
    public Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        MessageState[] over = [MessageState.Sent, MessageState.Failed, MessageState.Dropped];
        return db.Set<HeldKey>().Where(key => key.Until < now)
            .Where(key => !db.Messages.Any(message => message.NotificationId == key.NotificationId && !over.Contains(message.State)))
            .ExecuteDeleteAsync(cancellationToken);
    }

    async Task<HeldKey> LockAsync((Channel Channel, string WorkspaceId, string Key) key, CancellationToken cancellationToken)
    {
        // The row is there to be locked; it stands for no message yet.
        var free = new HeldKey
        {
            Channel = key.Channel,
            WorkspaceId = key.WorkspaceId,
            Key = key.Key,
            NotificationId = Guid.Empty,
            Until = DateTimeOffset.UnixEpoch
        };
        await bulk.InsertNewAsync(db, [free], cancellationToken);
        return await db.Set<HeldKey>().Where(x => x.Channel == key.Channel && x.WorkspaceId == key.WorkspaceId && x.Key == key.Key)
            .ForUpdate().SingleAsync(cancellationToken);
    }

    /// <returns>What was dropped: this message, or the one in whose place it stands; null when nothing was.</returns>
    async Task<NotificationDropped?> ApplyAsync(HeldKey held, OutgoingMessage message, CancellationToken cancellationToken)
    {
        var (same, now) = (message.Same!, clock.GetUtcNow());
        var state = await db.Messages.Where(x => x.NotificationId == held.NotificationId).Select(x => (MessageState?)x.State)
            .SingleOrDefaultAsync(cancellationToken);
        switch (Deduplicating.Decide(same, state is { } far ? (held.Until, far) : null, now))
        {
            case DeduplicationDecision.Drop:
                await DropAsync(message.NotificationId, message.State, held.NotificationId, same.Key, now, cancellationToken);
                return Dropped(message, same, held.NotificationId, now);
            case DeduplicationDecision.Replace replace when await DropAsync(
                held.NotificationId, MessageState.Deferred, message.NotificationId, same.Key, now, cancellationToken):
                var replaced = message with { NotificationId = held.NotificationId };
                await HoldAsync(held, message, replace.NotBefore, replace.Until, cancellationToken);
                return Dropped(replaced, same, message.NotificationId, now);
            case DeduplicationDecision.Replace left:       // the other left in this very moment
                await HoldAsync(held, message, left.NotBefore, left.Until, cancellationToken);
                return null;
            case DeduplicationDecision.Keep keep:
                await HoldAsync(held, message, keep.NotBefore, keep.Until, cancellationToken);
                return null;
            case var other:
                throw new InvalidOperationException($"{other} is no decision about a message with the key of {held.NotificationId}.");
        }
    }

    async Task HoldAsync(HeldKey held, OutgoingMessage message, DateTimeOffset? notBefore, DateTimeOffset until, CancellationToken cancellationToken)
    {
        (held.NotificationId, held.Until) = (message.NotificationId, until);
        await db.SaveChangesAsync(cancellationToken);
        if (notBefore is { } at && !(message.DueAt > at))
            await db.Messages.Where(x => x.NotificationId == message.NotificationId).ExecuteUpdateAsync(
                set => set.SetProperty(x => x.State, MessageState.Deferred).SetProperty(x => x.DueAt, at), cancellationToken);
    }

    /// <returns>False when the message is not in this state any more.</returns>
    async Task<bool> DropAsync(Guid id, MessageState from, Guid inFavourOf, string key, DateTimeOffset now, CancellationToken cancellationToken) =>
        await db.Messages.Where(x => x.NotificationId == id && x.State == from && x.Attempt == 1).ExecuteUpdateAsync(
            set => set.SetProperty(x => x.State, MessageState.Dropped).SetProperty(x => x.InFavourOf, inFavourOf)
                .SetProperty(x => x.DueAt, (DateTimeOffset?)null).SetProperty(x => x.EndedAt, now)
                .SetProperty(x => x.Reason, $"the same as {inFavourOf}: {key}"), cancellationToken) == 1;

    static NotificationDropped Dropped(OutgoingMessage message, SameMeaning same, Guid kept, DateTimeOffset at) => new()
    {
        NotificationId = message.NotificationId,
        KeptNotificationId = kept,
        WorkspaceId = message.WorkspaceId,
        Channel = message.Channel.ToString(),
        Key = same.Key,
        Mode = same.Mode.ToString(),
        DroppedAt = at
    };
}
