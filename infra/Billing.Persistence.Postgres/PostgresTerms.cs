using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.Postgres;

/// <summary>Its databases are as they have to be from the start.</summary>
sealed class PostgresTerms : IDatabaseTerms
{
    public Task<string?> FaultAsync(DbContext db, CancellationToken cancellationToken = default) => Task.FromResult<string?>(null);
}
