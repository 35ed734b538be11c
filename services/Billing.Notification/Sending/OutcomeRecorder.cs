using Billing.Notification.Messages;
using Billing.Notification.Metrics;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Sending;

/// <summary>Records which messages are about to be sent and what became of others, in one short transaction and with no lock held between two.</summary>
sealed class OutcomeRecorder(Transactions<NotificationDbContext> transactions, IBulkWriter bulk, FigureRecorder figures, TimeProvider clock)
{
    /// <param name="ended">Their outcome is recorded, unless their lease ended and another process took them over.</param>
    /// <param name="starting">They are recorded as sending, unless their lease ended and another process took them over.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>Those of <paramref name="starting"/> that may be sent.</returns>
    public async Task<IReadOnlyList<ClaimedMessage>> RecordAsync(
        IReadOnlyList<ClaimedMessage> ended, IReadOnlyList<ClaimedMessage> starting, CancellationToken cancellationToken)
    {
        var (outcomes, ready) = await transactions.RunAsync(async db =>
        {
            var outcomes = await RecordOutcomesAsync(db, ended, cancellationToken);
            var ready = await RecordAsSendingAsync(db, starting, cancellationToken);
            await figures.OutcomesAsync(db, outcomes, cancellationToken);
            await figures.HandledAsync(db, HandledOf(ended), cancellationToken);
            await figures.ExceededAsync(db, ExceededOf(ended), cancellationToken);
            return (outcomes, ready);
        }, cancellationToken);
        figures.Committed(outcomes);
        foreach (var message in ready)
            message.Message.State = MessageState.Sending;
        return ready;
    }

    async Task<List<Outcome>> RecordOutcomesAsync(NotificationDbContext db, IReadOnlyList<ClaimedMessage> ended, CancellationToken cancellationToken)
    {
        var outcomes = new List<Outcome>();
        foreach (var group in ended.GroupBy(x => (x.Message.Channel, x.Message.State, x.LeaseEnd)))
        {
            var count = await bulk.UpdateAsync(
                db, [.. group.Select(x => x.Message)], message => new { message.State, message.DueAt, message.EndedAt, message.Attempt, message.Reason },
                message => message.DueAt, group.Key.LeaseEnd, cancellationToken);
            outcomes.Add(new Outcome(group.Key.Channel, group.Key.State, count));
        }

        return outcomes;
    }

    async Task<List<ClaimedMessage>> RecordAsSendingAsync(NotificationDbContext db, IReadOnlyList<ClaimedMessage> starting, CancellationToken cancellationToken)
    {
        var ready = new List<ClaimedMessage>(starting.Count);
        foreach (var group in starting.GroupBy(x => x.LeaseEnd))
        {
            List<ClaimedMessage> some = [.. group];
            var rows = some.ConvertAll(x => x.Message with { State = MessageState.Sending });
            var count = await bulk.UpdateAsync(db, rows, message => message.State, message => message.DueAt, group.Key, cancellationToken);
            ready.AddRange(count == some.Count ? some : await StillOursAsync(db, some, group.Key, cancellationToken));
        }

        return ready;
    }

    static async Task<IEnumerable<ClaimedMessage>> StillOursAsync(
        NotificationDbContext db, List<ClaimedMessage> some, DateTimeOffset leaseEnd, CancellationToken cancellationToken)
    {
        var ids = some.ConvertAll(x => x.Message.NotificationId);
        var ours = await db.Messages.Where(message => ids.Contains(message.NotificationId) && message.DueAt == leaseEnd)
            .Select(message => message.NotificationId).ToHashSetAsync(cancellationToken);
        return some.Where(x => ours.Contains(x.Message.NotificationId));
    }

    static List<Handled> HandledOf(IEnumerable<ClaimedMessage> ended) =>
        [.. ended.Where(x => x.Took is not null)
            .Select(x => new Handled(x.Message.WorkspaceId, x.Message.Channel, x.Message.State == MessageState.Sent, x.Took!.Value))];

    List<Exceedance> ExceededOf(IEnumerable<ClaimedMessage> ended) =>
    [
        .. ended.Where(x => x.Exceeded is not null).GroupBy(x => x.Batch).Select(batch =>
            new Exceedance(batch.First().Message.Channel, batch.Key.WorkspaceId, clock.GetUtcNow(), batch.Key.Count, batch.First().Exceeded!))
    ];
}
