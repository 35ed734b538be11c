using Billing.Persistence.Bulk;
using Billing.Persistence.Rights;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.SqlServer;

/// <summary>Rights on the objects of the schema <c>dbo</c>. The user of the database has the name of its login.</summary>
sealed class SqlServerRights : IDatabaseRights
{
    /// <summary>The right to take numbers from a sequence.</summary>
    const string Take = "UPDATE";

    const string Lock = "EXEC sp_getapplock @Resource = 'billing-rights', @LockMode = 'Exclusive', @LockOwner = 'Transaction'";

    const string Held =
        """
        SELECT OBJECT_NAME(p.major_id) + ' ' + p.permission_name + COALESCE(' ' + COL_NAME(p.major_id, NULLIF(p.minor_id, 0)), '')
        FROM sys.database_permissions p WHERE p.class = 1 AND p.state IN ('G', 'W') AND p.grantee_principal_id = DATABASE_PRINCIPAL_ID(@user)
            AND OBJECT_SCHEMA_NAME(p.major_id) = 'dbo'
        """;

    const string Tables = "SELECT name FROM sys.tables WHERE schema_id = SCHEMA_ID('dbo')";
    const string Sequences = "SELECT name FROM sys.sequences WHERE schema_id = SCHEMA_ID('dbo')";

    public string UserOf(string connectionString) => new SqlConnectionStringBuilder(connectionString).UserID;

    public async Task<bool> AreRightAsync(DbContext db, WantedRights wanted, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(db);
        var tables = await ReadAsync(db, Tables, [], cancellationToken);
        return wanted.Beside.All(prefix => tables.Any(table => table.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            && (await LinesAsync(db, wanted, tables, cancellationToken)).ToHashSet(StringComparer.Ordinal)
                .SetEquals(await HeldAsync(db, UserOf(db.Database.GetConnectionString()!), cancellationToken));
    }

    public async Task GrantAsync(DbContext owner, string user, WantedRights wanted, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        await using var transaction = await owner.Database.BeginTransactionAsync(cancellationToken);
        await owner.Database.ExecuteSqlRawAsync(Lock, cancellationToken);
        var lines = await LinesAsync(owner, wanted, await ReadAsync(owner, Tables, [], cancellationToken), cancellationToken);
        var held = await HeldAsync(owner, user, cancellationToken);
        foreach (var statement in RightLines.Statements(SqlServerNames.Quote(user), lines, held, SqlServerNames.Quote, _ => ""))
            await owner.Database.ExecuteSqlRawAsync(statement, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<bool> MayChangeTablesAsync(DbContext db, CancellationToken cancellationToken = default) =>
        (await ReadAsync(db, "SELECT 'yes' WHERE HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CREATE TABLE') = 1", [], cancellationToken)).Count > 0;

    static async Task<List<string>> LinesAsync(DbContext db, WantedRights wanted, List<string> tables, CancellationToken cancellationToken) =>
        RightLines.Of(wanted, tables, await ReadAsync(db, Sequences, [], cancellationToken), Take);

    static Task<List<string>> HeldAsync(DbContext db, string user, CancellationToken cancellationToken) =>
        ReadAsync(db, Held, [new SqlParameter("@user", user)], cancellationToken);

    static Task<List<string>> ReadAsync(DbContext db, string sql, IEnumerable<SqlParameter> parameters, CancellationToken cancellationToken) =>
        BulkCommand.RunAsync(db, sql, parameters, async command =>
        {
            var lines = new List<string>();
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                lines.Add(reader.GetString(0));
            return lines;
        }, cancellationToken);
}
