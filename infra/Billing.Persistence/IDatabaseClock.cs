using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence;

/// <summary>The one clock that all processes of a service share.</summary>
public interface IDatabaseClock
{
    /// <summary>What the database's clock says now, in UTC; not when the transaction began.</summary>
    Task<DateTime> NowAsync(DbContext db, CancellationToken cancellationToken = default);
}
