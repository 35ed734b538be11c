using Billing.Persistence.Bulk;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Billing.Persistence.Postgres;

/// <summary>Rights in the current schema, as PostgreSQL keeps them with its tables, columns and sequences.</summary>
sealed class PostgresRights : IDatabaseRights
{
    /// <summary>The right to take numbers from a sequence.</summary>
    const string Take = "USAGE";

    /// <summary>Any number, the same in every process: those that grant at once do it one after the other.</summary>
    const string Lock = "SELECT pg_advisory_xact_lock(7203185446120)";

    /// <summary>The rights of a user ($1) on tables, columns and sequences of the current schema, but for those of an owner.</summary>
    const string Held =
        """
        WITH c AS (SELECT * FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'S')
            AND NOT pg_has_role($1, relowner, 'USAGE'))
        SELECT c.relname || ' ' || a.privilege_type FROM c CROSS JOIN aclexplode(c.relacl) a WHERE a.grantee = (SELECT oid FROM pg_roles WHERE rolname = $1)
        UNION ALL SELECT c.relname || ' ' || a.privilege_type || ' ' || t.attname FROM c JOIN pg_attribute t ON t.attrelid = c.oid
            CROSS JOIN aclexplode(t.attacl) a WHERE a.grantee = (SELECT oid FROM pg_roles WHERE rolname = $1)
        """;

    /// <summary>Tables (r) and sequences (S) of the current schema.</summary>
    const string Relations = "SELECT relkind::text || relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'S')";

    public string UserOf(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString).Username ?? throw new InvalidOperationException("The connection string names no user.");

    public async Task<bool> AreRightAsync(DbContext db, WantedRights wanted, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(db);
        var relations = await ReadAsync(db, Relations, [], cancellationToken);
        return wanted.Beside.All(prefix => relations.Any(relation => relation.StartsWith($"r{prefix}", StringComparison.Ordinal)))
            && Lines(wanted, relations).ToHashSet(StringComparer.Ordinal)
                .SetEquals(await HeldAsync(db, UserOf(db.Database.GetConnectionString()!), cancellationToken));
    }

    public async Task GrantAsync(DbContext owner, string user, WantedRights wanted, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(owner);
        await using var transaction = await owner.Database.BeginTransactionAsync(cancellationToken);
        await owner.Database.ExecuteSqlRawAsync(Lock, cancellationToken);
        var lines = Lines(wanted, await ReadAsync(owner, Relations, [], cancellationToken));
        var held = await HeldAsync(owner, user, cancellationToken);
        foreach (var statement in RightLines.Statements(PostgresNames.Quote(user), lines, held, PostgresNames.Quote, right => right == Take ? "SEQUENCE " : ""))
            await owner.Database.ExecuteSqlRawAsync(statement, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<bool> MayChangeTablesAsync(DbContext db, CancellationToken cancellationToken = default)
    {
        const string Sql =
            """
            SELECT 'yes' WHERE has_schema_privilege(current_schema(), 'CREATE') OR EXISTS (SELECT FROM pg_class
                WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND pg_has_role(relowner, 'USAGE'))
            """;
        return (await ReadAsync(db, Sql, [], cancellationToken)).Count > 0;
    }

    static List<string> Lines(WantedRights wanted, List<string> relations) => RightLines.Of(
        wanted, relations.Where(relation => relation[0] != 'S').Select(Name), relations.Where(relation => relation[0] == 'S').Select(Name), Take);

    static string Name(string relation) => relation[1..];

    static Task<List<string>> HeldAsync(DbContext db, string user, CancellationToken cancellationToken) =>
        ReadAsync(db, Held, [new NpgsqlParameter { Value = user }], cancellationToken);

    static Task<List<string>> ReadAsync(DbContext db, string sql, IEnumerable<NpgsqlParameter> parameters, CancellationToken cancellationToken) =>
        BulkCommand.ReadAsync(db, sql, parameters, reader => reader.GetString(0), cancellationToken);
}
