namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// A row names the consumed message or the transaction of the bus outbox that caused it. One that names neither is a due message when it has a due time,
/// and otherwise set aside.
/// </summary>
public static class OutboxMessageQueries
{
    public static IQueryable<OutboxMessage> ThatAreDueMessages(this IQueryable<OutboxMessage> messages) =>
        messages.Where(message => message.EnqueueTime != null && message.OutboxId == null && message.InboxMessageId == null);

    public static IQueryable<OutboxMessage> ThatAreSetAside(this IQueryable<OutboxMessage> messages) =>
        messages.Where(message => message.EnqueueTime == null && message.OutboxId == null && message.InboxMessageId == null);
}
