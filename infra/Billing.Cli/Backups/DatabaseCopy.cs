using System.Globalization;
using Npgsql;

namespace Billing.Cli.Backups;

/// <summary>A database as it was at one moment, for as long as it is read: whoever works with it meanwhile is not in the way.</summary>
sealed class DatabaseSnapshot : IAsyncDisposable
{
    readonly NpgsqlConnection _connection;

    DatabaseSnapshot(NpgsqlConnection connection) => _connection = connection;

    public required string Service { get; init; }
    public required string Database { get; init; }
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>By which pg_dump reads the same moment.</summary>
    public required string Id { get; init; }

    public int ServerVersion => _connection.PostgreSqlVersion.Major;

    public static async Task<DatabaseSnapshot> OpenAsync(BackupPlace place, string service, CancellationToken cancellation)
    {
        var database = place.DatabaseOf(service);
        var connection = place.Connection(database);
        try
        {
            await connection.OpenAsync(cancellation);
            await connection.DoAsync("begin transaction isolation level repeatable read read only", cancellation);
            var id = await connection.AskAsync<string>("select pg_export_snapshot()", cancellation);
            var at = await connection.AskAsync<DateTime>("select clock_timestamp()", cancellation);
            return new DatabaseSnapshot(connection) { Service = service, Database = database, Id = id, TakenAt = new DateTimeOffset(at, TimeSpan.Zero) };
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw new CliException($"The database {database} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes it to <c>databases/SERVICE.dump</c>.</summary>
    public async Task<BackedUpDatabase> WriteAsync(BackupPlace place, string folder, CancellationToken cancellation)
    {
        var file = $"databases/{Service}.dump";
        var rows = await DatabaseRows.CountAsync(_connection, cancellation);
        var owner = await _connection.AskAsync<string>(
            "select rolname::text from pg_roles join pg_database on datdba = pg_roles.oid where datname = current_database()", cancellation);
        var migration = rows.ContainsKey("__EFMigrationsHistory")
            ? await _connection.AskAsync<string>("""select max("MigrationId") from "__EFMigrationsHistory" """, cancellation) : null;
        await PostgresTool.RunAsync("pg_dump", place.Server,
            ["--format=custom", $"--snapshot={Id}", $"--file={Path.Combine(folder, file)}", Database], cancellation);
        return new BackedUpDatabase(Service, Database, owner, file, migration, rows);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}

static class DatabaseRows
{
    public static async Task DoAsync(this NpgsqlConnection connection, string statement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task<T> AskAsync<T>(this NpgsqlConnection connection, string question, CancellationToken cancellation, string? name = null)
    {
        await using var command = new NpgsqlCommand(question, connection);
        if (name is not null)
            command.Parameters.AddWithValue("name", name);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>How many rows each table has.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> CountAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in await TablesAsync(connection, cancellation))
            counts[table] = await connection.AskAsync<long>($"select count(*) from public.{Quoted(table)}", cancellation);
        return counts;
    }

    public static async Task<IReadOnlyList<string>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var tables = new List<string>();
        await using var ask = new NpgsqlCommand("""
            select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1
            """, connection);
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            tables.Add(reader.GetString(0));
        return tables;
    }

    /// <summary>The last number that each sequence gave; of one that gave none, the one before its first.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> SequencesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var ask = new NpgsqlCommand(
            "select sequencename::text, coalesce(last_value, start_value - increment_by) from pg_sequences where schemaname = 'public'", connection);
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            last[reader.GetString(0)] = reader.GetInt64(1);
        return last;
    }

    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Text(long rows) => rows.ToString("N0", CultureInfo.InvariantCulture);
}
