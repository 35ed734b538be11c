using System.Globalization;
using System.Text.RegularExpressions;
using Billing.Testing;
using Npgsql;

namespace Billing.Benchmarks.Pipeline;

/// <summary>
/// What the databases' time went to, by statement (<c>pg_stat_statements</c>): pages that it touched, those of them that it read from the disk or its cache, what it
/// wrote to the log, and how many pages of that were whole, because they were the first time touched since a checkpoint.
/// </summary>
static partial class Statements
{
    const int Shown = 40;

    public static async Task ForgetAsync()
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand("create extension if not exists pg_stat_statements; select pg_stat_statements_reset()", connection);
        await command.ExecuteNonQueryAsync();
    }

    public static async Task PrintAsync()
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand($"""
            select datname, calls, total_exec_time, rows, shared_blks_hit + shared_blks_read, shared_blks_read, (wal_bytes / 1024)::bigint, wal_fpi, query
            from pg_stat_statements join pg_database on oid = dbid order by total_exec_time desc limit {Shown}
            """, connection);
        await using var statement = await command.ExecuteReaderAsync();
        Console.WriteLine($"{"database",-22}{"calls",8}{"ms",9}{"rows",9}{"pages",10}{"read",8}{"WAL kB",9}{"whole",7}  statement");
        while (await statement.ReadAsync())
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{statement.GetString(0),-22}{statement.GetInt64(1),8}{statement.GetDouble(2),9:0}{statement.GetInt64(3),9}"
                + $"{statement.GetInt64(4),10}{statement.GetInt64(5),8}{statement.GetInt64(6),9}{statement.GetInt64(7),7}  {Shorten(statement.GetString(8))}"));
    }

    static string Shorten(string sql) => Blanks().Replace(sql, " ") is { Length: > 200 } text ? $"{text[..110]} ... {text[^85..]}" : Blanks().Replace(sql, " ");

    static async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection($"{TestServers.Postgres};Database=postgres");
        await connection.OpenAsync();
        return connection;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
