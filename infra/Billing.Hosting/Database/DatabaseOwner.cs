using Billing.Persistence.Rights;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Billing.Persistence;

/// <summary>By which connection the tables are made and changed.</summary>
/// <param name="ConnectionString">The owner's; the service's own when there is no other.</param>
/// <param name="Open">A context on the owner's connection; null when there is none besides the service's own.</param>
sealed record OwnerConnection<TContext>(string ConnectionString, Func<TContext>? Open)
    where TContext : DbContext;

/// <summary>
/// Makes and changes the tables as the user of <c>Database:OwnerConnectionString</c>, and grants the service's own user what it needs and no more. Without that
/// setting the service is its own owner.
/// </summary>
sealed class DatabaseOwner<TContext>(IDatabaseRights rights, IEnumerable<IDatabaseStructure> structures, OwnerConnection<TContext> owner)
    where TContext : DbContext
{
    /// <summary>Brings tables and rights to where this version wants them. When they are there already, the owner is not even connected.</summary>
    /// <param name="service">On the service's own connection.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether the service's own user could change the tables: it has more rights than it needs.</returns>
    /// <exception cref="TablesAreOldException">They are not up to date, there is no owner, and the service's own user may not change them.</exception>
    public async Task<bool> BringUpToDateAsync(TContext service, CancellationToken cancellationToken)
    {
        if (owner.Open is null)
            return await BringUpToDateAloneAsync(service, cancellationToken);
        if (!await AreUpToDateAsync(service, cancellationToken))
        {
            await using var db = owner.Open();
            await MakeTablesAsync(db, cancellationToken);
            await rights.GrantAsync(db, rights.UserOf(service.Database.GetConnectionString()!), Wanted(db.Model), cancellationToken);
        }

        return await rights.MayChangeTablesAsync(service, cancellationToken);
    }

    async Task<bool> BringUpToDateAloneAsync(TContext service, CancellationToken cancellationToken)
    {
        if (!await service.Database.CanConnectAsync(cancellationToken) || await rights.MayChangeTablesAsync(service, cancellationToken))
        {
            await MakeTablesAsync(service, cancellationToken);      // which also makes a database that is not there
            return true;
        }

        if (!await AreUpToDateAsync(service, cancellationToken))
            throw new TablesAreOldException();
        return false;
    }

    /// <summary>The rights first: without them the list of migrations cannot be read.</summary>
    async Task<bool> AreUpToDateAsync(TContext service, CancellationToken cancellationToken) =>
        await rights.AreRightAsync(service, Wanted(service.Model), cancellationToken)
        && !(await service.Database.GetPendingMigrationsAsync(cancellationToken)).Any();

    async Task MakeTablesAsync(TContext db, CancellationToken cancellationToken)
    {
        await db.Database.MigrateAsync(cancellationToken);
        foreach (var structure in structures)
            await structure.MakeAsync(owner.ConnectionString, cancellationToken);
    }

    WantedRights Wanted(IModel model) => new(TableRights.Of(model, TransportRows.Are), [.. structures.Select(structure => structure.TablePrefix)]);
}

/// <summary>Rows of the transport's own tables: sagas, outbox and inbox.</summary>
public static class TransportRows
{
    public static bool Are(Type row) => row.IsAssignableTo(typeof(ISaga)) || row.Assembly == typeof(OutboxMessage).Assembly;
}

/// <summary>The tables or the rights in them are not those of this version.</summary>
sealed class TablesAreOldException() : UnfitDatabaseException(
    "the tables or the rights in them are not those of this version, and this user may not change them: set Database:OwnerConnectionString");
