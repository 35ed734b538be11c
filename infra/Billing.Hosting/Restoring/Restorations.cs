using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Restoring;

/// <summary>
/// Whether the service's database was brought back from a backup, and whether a person has released it since. A database is brought back while no process of
/// the service runs: so what a process found settled at its first look stays so, and costs nothing any more.
/// </summary>
public sealed class Restorations<TDbContext>(IServiceScopeFactory scopes)
    where TDbContext : DbContext
{
    sealed record Known(Restoration? Last);

    volatile Known? _settled;

    /// <summary>The last one; null when the database was never brought back.</summary>
    public async ValueTask<Restoration?> LastAsync(CancellationToken cancellationToken)
    {
        if (_settled is { } settled)
            return settled.Last;
        await using var scope = scopes.CreateAsyncScope();
        return await LastAsync(scope.ServiceProvider.GetRequiredService<TDbContext>(), cancellationToken);
    }

    /// <summary>The same in the caller's own transaction.</summary>
    /// <inheritdoc cref="LastAsync(CancellationToken)"/>
    public async ValueTask<Restoration?> LastAsync(TDbContext db, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        if (_settled is { } settled)
            return settled.Last;
        var last = await db.Set<Restoration>().AsNoTracking().OrderByDescending(one => one.RestoredAt).FirstOrDefaultAsync(cancellationToken);
        if (last is null or { ReleasedAt: not null })
            _settled = new Known(last);
        return last;
    }

    /// <summary>Whether nothing may leave.</summary>
    public async ValueTask<bool> IsHeldAsync(CancellationToken cancellationToken) => await LastAsync(cancellationToken) is { ReleasedAt: null };
}
