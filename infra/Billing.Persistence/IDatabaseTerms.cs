using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence;

/// <summary>How a database has to be set up, so that a service can work in it.</summary>
public interface IDatabaseTerms
{
    /// <summary>What is not as it has to be, and what to do; null when all is.</summary>
    Task<string?> FaultAsync(DbContext db, CancellationToken cancellationToken = default);
}
