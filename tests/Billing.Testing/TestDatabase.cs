using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Npgsql;

namespace Billing.Testing;

/// <summary>A database of one test class, dropped with it, or emptied for the next.</summary>
public sealed partial class TestDatabase : IAsyncDisposable
{
    /// <summary>One that has grown is dropped sooner than emptied.</summary>
    const long MostBytes = 20_000_000;

    const string AtWork = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'";
    static readonly ConcurrentDictionary<string, ConcurrentBag<string>> Free = [];
    static readonly ConcurrentDictionary<string, string> Forms = [];
    static readonly Lazy<Task> Swept = new(SweepAsync);
    string? _lentFor;

    TestDatabase(string name, string purpose) => (Name, Access) = (name, ServiceDatabase.Of(TestServers.Postgres, name, purpose));

    public string Name { get; }

    /// <summary>For a service, which works with no more rights than it needs.</summary>
    public ServiceDatabase Access { get; }

    /// <summary>As the administrator of the server, for a test that does what a service may not.</summary>
    public string ConnectionString => Access.Administrator;

    public static async Task<TestDatabase> CreateAsync(string purpose = "test")
    {
        var name = $"{purpose}_{Guid.NewGuid():N}"[..Math.Min(60, purpose.Length + 33)];
        await ServiceDatabase.CreateAsync(TestServers.Postgres, name, purpose);
        return new TestDatabase(name, purpose);
    }

    /// <summary>
    /// One that another test of this process had, with its tables and no rows, or a new one. To make the tables of a service and to drop them costs more than
    /// most tests do. It is lent on when its tables, triggers and functions are what they were at <see cref="HasItsTablesAsync"/>, and nobody works on it.
    /// </summary>
    public static async Task<TestDatabase> BorrowAsync(string purpose)
    {
        await Swept.Value;
        if (Free.TryGetValue(purpose, out var names) && names.TryTake(out var name))
            return new TestDatabase(name, purpose) { _lentFor = purpose };
        name = $"{purpose}_p{Environment.ProcessId}_{Guid.NewGuid():N}";
        await ServiceDatabase.CreateAsync(TestServers.Postgres, name, purpose);
        return new TestDatabase(name, purpose) { _lentFor = purpose };
    }

    /// <summary>Says that the service has made its tables, and that no test has changed them yet.</summary>
    public async Task HasItsTablesAsync()
    {
        if (_lentFor is null || Forms.ContainsKey(_lentFor))
            return;
        await using var connection = await OpenAsync();
        Forms.TryAdd(_lentFor, await FormAsync(connection));
    }

    public async ValueTask DisposeAsync()
    {
        if (_lentFor is not null && Forms.TryGetValue(_lentFor, out var form) && await IsEmptiedAsync(form))
        {
            Free.GetOrAdd(_lentFor, _ => []).Add(Name);
            return;
        }

        foreach (var pool in (string[])[ConnectionString, Access.Service])
            await using (var connection = new NpgsqlConnection(pool))
                NpgsqlConnection.ClearPool(connection);
        await ExecuteAsync($"""drop database if exists "{Name}" with (force)""");
    }

    /// <summary>False when the database is not what the next one needs.</summary>
    async Task<bool> IsEmptiedAsync(string form)
    {
        await using var connection = await OpenAsync();
        // what a service has left idle in its pool serves the next one; what somebody still does after a second is not waited for
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        for (var look = 1; await ScalarAsync<long>(connection, AtWork) > 0; look++)
        {
            if (look == 40)
                return false;
            await timer.WaitForNextTickAsync();
        }

        if (await FormAsync(connection) != form || await ScalarAsync<long>(connection, "select pg_database_size(current_database())") > MostBytes)
            return false;
        await using var command = new NpgsqlCommand(
            """
            set session_replication_role = replica;
            do $$ declare one regclass; begin
                for one in select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> '__EFMigrationsHistory' loop
                    execute format('delete from %s', one);
                end loop;
                perform setval(seqrelid::regclass, seqstart, false) from pg_sequence;
            end $$
            """, connection);
        await command.ExecuteNonQueryAsync();
        return true;
    }

    /// <summary>
    /// The tables with their columns, and whatever else can change what a statement does. A service makes the months of a table while it works: they change nothing.
    /// </summary>
    static Task<string> FormAsync(NpgsqlConnection connection) => ScalarAsync<string>(connection,
        """
        select md5(string_agg(line, E'\n' order by line)) from (
            select format('%s %s %s', relkind, oid::regclass, reloptions) line from pg_class where relnamespace = 'public'::regnamespace and not relispartition
            union all select format('%s %s %s %s', attrelid::regclass, attname, atttypid, attnotnull) from pg_attribute
                join pg_class on pg_class.oid = attrelid where relnamespace = 'public'::regnamespace and not relispartition
            union all select format('%s %s %s', tgrelid::regclass, tgname, tgenabled) from pg_trigger where not tgisinternal
            union all select format('%s %s', conrelid::regclass, pg_get_constraintdef(pg_constraint.oid)) from pg_constraint
                left join pg_class on pg_class.oid = conrelid where connamespace = 'public'::regnamespace and not coalesce(relispartition, false)
            union all select format('%s %s', oid::regprocedure, prosrc) from pg_proc where pronamespace = 'public'::regnamespace
            union all select format('%s', setconfig) from pg_db_role_setting where setdatabase = (select oid from pg_database where datname = current_database())
        ) lines
        """);

    async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection($"{ConnectionString};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    static async Task ExecuteAsync(string sql)
    {
        await using var connection = await ServerAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<NpgsqlConnection> ServerAsync()
    {
        var connection = new NpgsqlConnection($"{TestServers.Postgres};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Drops what processes have left that are no more. Of a server elsewhere it cannot be known which are.</summary>
    static async Task SweepAsync()
    {
        await using var connection = await ServerAsync();
        if (!IPAddress.TryParse(connection.Host, out var address) || !IPAddress.IsLoopback(address))
            return;
        var names = await ScalarAsync<string[]>(connection, "select coalesce(array_agg(datname::text), '{}') from pg_database");
        foreach (var name in names)
            if (Named().Match(name) is { Success: true } parts && !TestProcess.Lives(int.Parse(parts.Groups[1].ValueSpan)))
                await ExecuteAsync($"""drop database if exists "{name}" with (force)""");
    }

    [GeneratedRegex("_p([0-9]+)_[0-9a-f]{32}$")]
    private static partial Regex Named();
}
