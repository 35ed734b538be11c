using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>What a process leaves that dies after its commits: consumed messages, each with one event that has not left.</summary>
static class Abandoned
{
    public static async Task<int> LeaveAsync(LedgerContext db, IEnumerable<string> names, string destination = "queue:deliveries")
    {
        var longAgo = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-10);
        foreach (var name in names)
        {
            var id = NewId.NextGuid();
            db.Set<InboxState>().Add(new() { MessageId = id, ConsumerId = id, Received = longAgo, Consumed = longAgo, Delivered = longAgo });
            db.Set<OutboxMessage>().Add(new()
            {
                MessageId = NewId.NextGuid(),
                InboxMessageId = id,
                InboxConsumerId = id,
                SentTime = longAgo,
                DestinationAddress = new Uri(destination),
                ContentType = "application/json",
                MessageType = MessageUrn.ForTypeString<Booked>(),
                Body = $$"""{"name":"{{name}}","number":0}""",
            });
        }

        return await db.SaveChangesAsync();
    }
}
