using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;

namespace Billing.Hosting.Clocks;

/// <summary>What has not left the outbox yet, and what leaves it at a later time. What was set aside waits for a person, and is no work.</summary>
sealed class OutboxInSight<TDbContext>(TDbContext db) : IWorkInSight
    where TDbContext : DbContext
{
    public async Task LookAsync(Sighting sighting, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var messages = db.Set<OutboxMessage>();
        if (await messages.AnyAsync(message => message.OutboxId != null || message.InboxMessageId != null, cancellationToken))
            sighting.UnderWay("messages wait in the outbox");
        var due = await messages.ThatAreDueMessages().MinAsync(message => message.EnqueueTime, cancellationToken);
        sighting.Due(due is { } at ? new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null, now, "due messages leave the outbox");
    }
}
