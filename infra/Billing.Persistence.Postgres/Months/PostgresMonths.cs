using System.Globalization;
using Billing.Persistence.Bulk;
using Billing.Persistence.Months;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Billing.Persistence.Postgres.Months;

/// <summary>Partitions, by the functions that <see cref="MonthlyTables.CreateMonthFunctions"/> made.</summary>
sealed class PostgresMonths : ITableMonths
{
    const string Make = """SELECT * FROM "MakeMonths"($1, $2)""";
    const string Drop = """SELECT * FROM "DropMonths"($1, $2)""";

    const string List =
        """
        SELECT c.relname, c.reltuples::bigint, pg_total_relation_size(c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = to_regclass(format('%I', $1)) ORDER BY c.relname
        """;

    public Task<IReadOnlyList<string>> MakeAsync(DbContext db, KeptTable table, DateOnly until, CancellationToken cancellationToken = default) =>
        CallAsync(db, Make, table, until, cancellationToken);

    public Task<IReadOnlyList<string>> DropAsync(DbContext db, KeptTable table, DateOnly before, CancellationToken cancellationToken = default) =>
        CallAsync(db, Drop, table, before, cancellationToken);

    public async Task<IReadOnlyList<TableMonth>> ListAsync(DbContext db, KeptTable table, CancellationToken cancellationToken = default) =>
        await BulkCommand.ReadAsync(db, List, [Of(table.Table)], reader => new TableMonth(
            MonthOf(reader.GetString(0)), reader.GetInt64(1) is >= 0 and var rows ? rows : null, reader.GetInt64(2)), cancellationToken);

    static DateOnly? MonthOf(string partition) =>
        DateOnly.TryParseExact(
            partition[^Math.Min(7, partition.Length)..], "yyyy'_'MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) ? month : null;

    /// <summary>Nothing when somebody held the table for too long: it is tried again, and until then all goes on as it is.</summary>
    static async Task<IReadOnlyList<string>> CallAsync(DbContext db, string function, KeptTable table, DateOnly day, CancellationToken cancellationToken)
    {
        try
        {
            return await BulkCommand.ReadAsync(db, function, [Of(table.Table), Of(day)], reader => reader.GetString(0), cancellationToken);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return [];
        }
    }

    static NpgsqlParameter Of(object value) => new() { Value = value };
}
