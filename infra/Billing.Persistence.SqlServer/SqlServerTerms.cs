using Billing.Persistence.Bulk;
using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.SqlServer;

/// <summary>
/// Readers must not wait for writers: <c>READ_COMMITTED_SNAPSHOT</c> is on in a database that a service made itself, and off in one that was made by hand.
/// </summary>
sealed class SqlServerTerms : IDatabaseTerms
{
    internal const string NamesWithoutSnapshot = "SELECT name FROM sys.databases WHERE database_id = DB_ID() AND is_read_committed_snapshot_on = 0";

    public async Task<string?> FaultAsync(DbContext db, CancellationToken cancellationToken = default) =>
        await BulkCommand.RunAsync(db, NamesWithoutSnapshot, [], command => command.ExecuteScalarAsync(cancellationToken), cancellationToken) is string name
            ? Fault(name) : null;

    internal static string Fault(string database) =>
        $"READ_COMMITTED_SNAPSHOT is off in the database {database}, so readers would wait for writers; have its owner run: {Remedy(database)}";

    /// <summary>It ends the sessions that are at work there: they try again.</summary>
    internal static string Remedy(string database) =>
        $"ALTER DATABASE {SqlServerNames.Quote(database)} SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;";
}
