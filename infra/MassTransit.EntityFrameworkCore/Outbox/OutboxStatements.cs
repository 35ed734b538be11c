using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>One message consumed by one consumer.</summary>
readonly record struct InboxKey(Guid MessageId, Guid ConsumerId);

/// <summary>The statements in which inbox and outbox differ between databases.</summary>
abstract class OutboxStatements
{
    /// <summary>Up to here messages go along with EF's own batch; from here on a statement of their own is cheaper.</summary>
    public const int FewMessages = 4;

    /// <summary>Marks a message as consumed unless it already is: 1 row when it is new, 0 when it is a repeat.</summary>
    public abstract DbCommand InsertInbox(DbContext context, InboxKey key, DateTime now, DateTime? expires);

    /// <summary>Writes many messages in one statement, in their order.</summary>
    public abstract DbCommand InsertMessages(DbContext context, IReadOnlyList<OutboxMessage> messages);

    /// <summary>Deletes everything that these consumed messages caused.</summary>
    public abstract DbCommand DeleteCausedBy(DbContext context, IReadOnlyCollection<InboxKey> causes);

    /// <summary>
    /// Locks the oldest bus outbox transactions that nobody else has locked. One whose writer sends it from memory is the writer's, until its lease has not
    /// been renewed since before the given instant.
    /// </summary>
    public abstract DbCommand ClaimOutboxes(DbContext context, int limit, DateTime before, IReadOnlyCollection<Guid> except);

    /// <summary>Says that the messages which this one caused are being delivered now. Passes over a row that a sweeper has locked: it delivers them.</summary>
    public abstract DbCommand RenewDelivery(DbContext context, InboxKey key, DateTime now);

    /// <summary>Lets the duplicate window of the messages of a batch begin now. They bear the id of the transaction that took them.</summary>
    public abstract DbCommand RestartWindows(DbContext context, Guid transactionId, DateTime now);

    /// <summary>Locks consumed messages whose outgoing messages have lain, with no delivery under way, since before the given instant.</summary>
    public abstract DbCommand ClaimAbandoned(DbContext context, int limit, DateTime before, IReadOnlyCollection<InboxKey> except);

    /// <summary>Locks the due messages whose time has come, longest due first, that nobody else has locked.</summary>
    public abstract DbCommand ClaimDue(DbContext context, int limit, DateTime now);

    public static OutboxStatements For(ILockStatementProvider provider, DbContext context) => provider switch
    {
        PostgresLockStatementProvider => new PostgresOutboxStatements(context),
        SqlServerLockStatementProvider => new SqlServerOutboxStatements(context),
        _ => throw new ConfigurationException($"The outbox knows PostgreSQL and SQL Server, but not {provider.GetType().Name}"),
    };
}

/// <summary>The statements for one DbContext, made once.</summary>
sealed class OutboxSql<TDbContext>(OutboxSettings<TDbContext> settings)
    where TDbContext : DbContext
{
    OutboxStatements? _statements;

    public OutboxStatements For(TDbContext context) => _statements ??= OutboxStatements.For(settings.LockStatementProvider, context);
}
