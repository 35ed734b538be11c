using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;

namespace Billing.Outbox;

static class DueMessageStatements
{
    /// <summary>Locks the messages whose time has come, longest due first, passing over those that another process has locked.</summary>
    public static IQueryable<OutboxMessage> TakeDue(DbContext db, DateTime now, int most) =>
        db.Set<OutboxMessage>().FromSqlRaw(TakeDueSql(db), now, most).AsNoTracking();

    internal static string TakeDueSql(DbContext db)
    {
        var (table, column) = db.TableOf<OutboxMessage>();
        var isDue = $"{column(nameof(OutboxMessage.EnqueueTime))} <= {{0}} "
            + $"AND {column(nameof(OutboxMessage.OutboxId))} IS NULL AND {column(nameof(OutboxMessage.InboxMessageId))} IS NULL";
        var order = column(nameof(OutboxMessage.EnqueueTime));
        return db.IsSqlServer()
            ? $"SELECT TOP ({{1}}) * FROM {table} WITH (UPDLOCK, ROWLOCK, READPAST) WHERE {isDue} ORDER BY {order}"
            : $"SELECT * FROM {table} WHERE {isDue} ORDER BY {order} LIMIT {{1}} FOR UPDATE SKIP LOCKED";
    }
}
