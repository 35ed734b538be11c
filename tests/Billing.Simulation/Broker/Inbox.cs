using Billing.MonthClose;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;

namespace Billing.Simulation.Broker;

/// <summary>Remembers what was consumed, in the consumer's transaction. It forgets as the product's does, after half an hour.</summary>
sealed class Inbox(Guards guards, TimeProvider clock)
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(30);

    public async Task<bool> IsNewAsync(MonthCloseDbContext db, InboxKey key, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var forgotten = now - Window;
        await db.Set<InboxState>().Where(row => row.MessageId == key.MessageId && row.ConsumerId == key.ConsumerId && row.Delivered < forgotten)
            .ExecuteDeleteAsync(cancellationToken);
        if (!guards.Inbox)
            return true;
        if (await db.Set<InboxState>().AnyAsync(row => row.MessageId == key.MessageId && row.ConsumerId == key.ConsumerId, cancellationToken))
            return false;
        db.Add(new InboxState { MessageId = key.MessageId, ConsumerId = key.ConsumerId, Received = now, ReceiveCount = 1, Consumed = now, Delivered = now });
        return true;
    }
}
