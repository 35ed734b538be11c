using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence;

/// <summary>What a server is to the others that have the same database.</summary>
/// <param name="IsReplica">It takes no writes, and has those of a primary.</param>
/// <param name="IsFed">It hears of its primary now. True of the primary itself.</param>
/// <param name="Behind">How old its newest change is while it has some that are not shown yet, or hears of none; null where the server does not say.</param>
public sealed record ReplicationState(bool IsReplica, bool IsFed, TimeSpan? Behind);

/// <summary>Tells what the server of a connection is.</summary>
public interface IReplication
{
    Task<ReplicationState> LookAsync(DbContext db, CancellationToken cancellationToken = default);
}
