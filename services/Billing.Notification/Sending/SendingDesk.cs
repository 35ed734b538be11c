using Billing.Notification.Metrics;
using Billing.Notification.Queueing;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Sending;

/// <summary>Messages that one process took until the end of its lease. The lease's end also tells its claim from any later one.</summary>
sealed record Claim(IReadOnlyList<OutgoingMessage> Messages, DateTimeOffset LeaseEnd);

/// <summary>Hands messages out to senders and books what became of them, each in one short transaction and with no lock held in between.</summary>
sealed class SendingDesk(IServiceScopeFactory scopes, IBulkWriter bulk, SentCounter counter, IOptions<SendingOptions> options, TimeProvider clock)
{
    /// <summary>Those that waited longest; what another process holds is passed over.</summary>
    public async Task<Claim> ClaimAsync(Channel channel, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NotificationDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var messages = await db.Messages.AsNoTracking()
            .Where(message => message.Channel == channel && message.DueAt <= now)
            .OrderBy(message => message.DueAt)
            .Take(options.Value.Most)
            .ForUpdateSkipLocked()
            .ToListAsync(cancellationToken);
        var claim = new Claim(messages, now + options.Value.Lease);
        foreach (var message in messages)
            (message.State, message.DueAt) = (MessageState.Sending, claim.LeaseEnd);
        await bulk.UpdateAsync(db, messages, message => new { message.State, message.DueAt }, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return claim;
    }

    /// <summary>Books the messages as they now stand; one whose lease ended and that another process took is left to that one.</summary>
    public async Task BookAsync(Claim claim, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NotificationDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var booked = new List<EndedCount>();
        foreach (var group in claim.Messages.GroupBy(message => (message.Channel, message.State)))
        {
            var count = await bulk.UpdateAsync(db, [.. group], message => new { message.State, message.DueAt, message.EndedAt, message.Attempt, message.Reason },
                message => message.DueAt, claim.LeaseEnd, cancellationToken);
            booked.Add(new EndedCount { Channel = group.Key.Channel, State = group.Key.State, Count = count });
        }

        await bulk.AddUpAsync(db, [.. booked.Where(count => count.State is MessageState.Sent or MessageState.Failed)], count => count.Count, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (var count in booked)
            counter.Add(count.Channel, count.State, count.Count);
    }
}
