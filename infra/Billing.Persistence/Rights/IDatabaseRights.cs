using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.Rights;

/// <summary>What a service's user is to be allowed in its database.</summary>
/// <param name="Tables">Those of the model.</param>
/// <param name="Beside">How the names begin of tables that a library made beside the model; their rows change and go.</param>
public sealed record WantedRights(IReadOnlyList<TableRights> Tables, IReadOnlyList<string> Beside);

/// <summary>Grants rights to the service's user, and reads which he has.</summary>
public interface IDatabaseRights
{
    /// <summary>The name of the user in a connection string.</summary>
    string UserOf(string connectionString);

    /// <summary>Whether this connection's user has exactly the rights that are wanted. Needs no right itself.</summary>
    Task<bool> AreRightAsync(DbContext db, WantedRights wanted, CancellationToken cancellationToken = default);

    /// <summary>Gives the user exactly the rights that are wanted, by the connection of the owner. Several processes may do so at once.</summary>
    Task GrantAsync(DbContext owner, string user, WantedRights wanted, CancellationToken cancellationToken = default);

    /// <summary>Whether this connection's user could change the tables themselves: he owns one, or may make one.</summary>
    Task<bool> MayChangeTablesAsync(DbContext db, CancellationToken cancellationToken = default);
}
