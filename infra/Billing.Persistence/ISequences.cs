using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence;

/// <summary>Numbers from a database sequence, many at a time. A number that was taken and not used is a gap, never a repeat.</summary>
public interface ISequences
{
    Task<long[]> TakeAsync(DbContext db, string sequence, int count, CancellationToken cancellationToken = default);
}
