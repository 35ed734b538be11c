using Billing.Contracts.Notification.V1;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Queueing;

/// <summary>Lets messages of the same key meet, under the key's lock and in the transaction that stores them.</summary>
sealed class KeyDesk(NotificationDbContext db, IBulkWriter bulk, TimeProvider clock)
{
    /// <param name="stored">New ones, in the order in which they came.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>What was dropped.</returns>
    public async Task<IReadOnlyList<NotificationDropped>> MeetAsync(IReadOnlyList<OutgoingMessage> stored, CancellationToken cancellationToken)
    {
        var dropped = new List<NotificationDropped>();
        // in the order of the keys, so that two who hold the same wait for each other instead of deadlocking
        foreach (var group in stored.Where(message => message is { Same: not null, State: MessageState.Queued or MessageState.Deferred })
                     .GroupBy(message => (message.Channel, message.WorkspaceId, message.Same!.Key)).OrderBy(group => group.Key))
            await MeetAsync(group.Key, group, dropped, cancellationToken);
        return dropped;
    }

    /// <summary>Of those that came again: what was dropped the first time, they or the one in whose place they stand, for whoever asked may not have heard.</summary>
    public async Task<IReadOnlyList<NotificationDropped>> DroppedBeforeAsync(IReadOnlyCollection<OutgoingMessage> again, CancellationToken cancellationToken)
    {
        var asked = again.Where(message => message.Same is not null).ToLookup(message => message.NotificationId);
        if (asked.Count == 0)
            return [];
        var ids = asked.Select(message => message.Key).ToList();
        var replacing = asked.Where(messages => messages.Any(message => message.Same!.Mode == DeduplicationMode.Debounce)).Select(message => (Guid?)message.Key).ToList();
        var dropped = await db.Messages.AsNoTracking()
            .Where(message => message.State == MessageState.Dropped && message.InFavourOf != null && (ids.Contains(message.NotificationId) || replacing.Contains(message.InFavourOf))).ToListAsync(cancellationToken);
        return dropped.ConvertAll(message => Tell(
            message, (asked[message.NotificationId].FirstOrDefault() ?? asked[message.InFavourOf!.Value].First()).Same!, message.InFavourOf!.Value, message.EndedAt!.Value));
    }

    /// <summary>Keys whose time is over, and that stand for nothing that is still to leave: nobody will ask for them.</summary>
    public Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        MessageState[] over = [MessageState.Sent, MessageState.Failed, MessageState.Dropped];
        return db.Set<HeldKey>().Where(key => key.Until < now && !db.Messages.Any(message => message.NotificationId == key.NotificationId && !over.Contains(message.State)))
            .ExecuteDeleteAsync(cancellationToken);
    }

    async Task MeetAsync((Channel Channel, string WorkspaceId, string Key) key, IEnumerable<OutgoingMessage> messages, List<NotificationDropped> dropped, CancellationToken cancellationToken)
    {
        // a row that everybody can lock; the key stands for nobody yet
        await bulk.InsertNewAsync(db, [new HeldKey { Channel = key.Channel, WorkspaceId = key.WorkspaceId, Key = key.Key, NotificationId = Guid.Empty, Until = DateTimeOffset.UnixEpoch }], cancellationToken);
        var held = await db.Set<HeldKey>().Where(x => x.Channel == key.Channel && x.WorkspaceId == key.WorkspaceId && x.Key == key.Key).ForUpdate().SingleAsync(cancellationToken);
        foreach (var message in messages)
        {
            var now = clock.GetUtcNow();
            var state = await db.Messages.Where(x => x.NotificationId == held.NotificationId).Select(x => (MessageState?)x.State).SingleOrDefaultAsync(cancellationToken);
            var meeting = Deduplicating.Decide(message.Same!, state is { } far ? (held.Until, far) : null, now);
            if (meeting is Meeting.Replace && !await DropAsync(held.NotificationId, MessageState.Deferred, message.NotificationId, key.Key, now, cancellationToken))
                meeting = new Meeting.Keep(now + message.Same!.For, now + message.Same.For);        // it left in this very moment
            switch (meeting)
            {
                case Meeting.Drop:
                    await DropAsync(message.NotificationId, message.State, held.NotificationId, key.Key, now, cancellationToken);
                    dropped.Add(Tell(message, message.Same!, held.NotificationId, now));
                    break;
                case Meeting.Replace replace:
                    dropped.Add(Tell(message with { NotificationId = held.NotificationId }, message.Same!, message.NotificationId, now));
                    await HoldAsync(held, message, replace.NotBefore, replace.Until, cancellationToken);
                    break;
                case Meeting.Keep keep:
                    await HoldAsync(held, message, keep.NotBefore, keep.Until, cancellationToken);
                    break;
            }
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

    async Task<bool> DropAsync(Guid id, MessageState from, Guid inFavourOf, string key, DateTimeOffset now, CancellationToken cancellationToken) =>
        await db.Messages.Where(x => x.NotificationId == id && x.State == from && x.Attempt == 1).ExecuteUpdateAsync(
            set => set.SetProperty(x => x.State, MessageState.Dropped).SetProperty(x => x.InFavourOf, inFavourOf).SetProperty(x => x.DueAt, (DateTimeOffset?)null).SetProperty(x => x.EndedAt, now)
                .SetProperty(x => x.Reason, $"the same as {inFavourOf}: {key}"), cancellationToken) == 1;

    static NotificationDropped Tell(OutgoingMessage message, SameMeaning same, Guid kept, DateTimeOffset at) => new()
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
