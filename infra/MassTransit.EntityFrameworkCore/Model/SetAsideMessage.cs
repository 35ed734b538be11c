using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>An outgoing message whose row cannot be read, and why: it waits for a person and stands in nobody's way.</summary>
public sealed record SetAsideMessage(long SequenceNumber, Guid MessageId, string Reason);

/// <summary>
/// A row that is set aside names neither a transaction nor a due time, so no delivery takes it. The reason is found out from the row itself: once it was
/// mended, there is none any more.
/// </summary>
public static class SetAsideMessageExtensions
{
    const string Mended = "it can be read: release it";

    /// <summary>What is set aside, oldest first.</summary>
    public static async Task<IReadOnlyList<SetAsideMessage>> SetAsideMessagesAsync(this DbContext db, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(db);
        var rows = await OutboxRows.ReadAsync(db.Set<OutboxMessage>().ThatAreSetAside(), cancellationToken).ConfigureAwait(false);
        return [.. rows.Unreadable.Concat(rows.Readable.Select(message => new SetAsideMessage(message.SequenceNumber, message.MessageId, Mended)))
            .OrderBy(message => message.SequenceNumber)];
    }

    /// <summary>Lets messages leave that were set aside and mended. Returns how many; one that still cannot be read stays.</summary>
    public static async Task<int> ReleaseAsync(this DbContext db, IReadOnlyCollection<long> sequenceNumbers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(db);
        var asked = db.Set<OutboxMessage>().ThatAreSetAside().Where(message => sequenceNumbers.Contains(message.SequenceNumber));
        var mended = (await OutboxRows.ReadAsync(asked, cancellationToken).ConfigureAwait(false)).Readable.Select(message => message.SequenceNumber).ToList();

        // due since it was sent: at once, by whatever clock
        return await asked.Where(message => mended.Contains(message.SequenceNumber))
            .ExecuteUpdateAsync(set => set.SetProperty(message => message.EnqueueTime, message => message.SentTime), cancellationToken).ConfigureAwait(false);
    }

    internal static Task<int> SetAsideAsync(this DbContext db, IReadOnlyCollection<SetAsideMessage> rows)
    {
        var numbers = rows.Select(row => row.SequenceNumber).ToList();
        return db.Set<OutboxMessage>().Where(message => numbers.Contains(message.SequenceNumber)).ExecuteUpdateAsync(set => set
            .SetProperty(message => message.EnqueueTime, (DateTime?)null)
            .SetProperty(message => message.OutboxId, (Guid?)null)
            .SetProperty(message => message.InboxMessageId, (Guid?)null)
            .SetProperty(message => message.InboxConsumerId, (Guid?)null), CancellationToken.None);
    }
}
