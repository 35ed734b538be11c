using Billing.Hosting.Clocks;
using Billing.Notification.Messages;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Sending;

/// <summary>Messages that wait for their turn or are being sent, and those that wait for their time.</summary>
sealed class MessagesInSight(NotificationDbContext db) : IWorkInSight
{
    public async Task LookAsync(Sighting sighting, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.Messages.AnyAsync(message => message.State == MessageState.Queued, cancellationToken))
            sighting.UnderWay("messages wait for their turn");
        if (await db.Messages.AnyAsync(
            message => message.State == MessageState.Collected || message.State == MessageState.Sending, cancellationToken))
            sighting.UnderWay("messages are being sent");
        sighting.Due(await db.Messages.Where(message => message.State == MessageState.Deferred).MinAsync(message => message.DueAt, cancellationToken), now,
            "deferred messages are due");
    }
}
