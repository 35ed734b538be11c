using System.Data.Common;
using System.Linq.Expressions;
using Billing.MonthClose.Books.Charges;
using Billing.Persistence;
using Billing.Persistence.Bulk;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Billing.Simulation.Database;

/// <summary>The sets of <see cref="IBulkWriter"/>, row by row: few rows travel here, and the keys and the transaction are what matters.</summary>
sealed class SqliteBulkWriter(IBoundary boundaries, Guards guards, KeptStatements statements) : IBulkWriter
{
    public async Task InsertAsync<T>(DbContext db, IReadOnlyCollection<T> rows, CancellationToken cancellationToken = default)
        where T : class
    {
        if (rows.Count == 0)
            return;
        var table = BulkTable.Of<T>(db);
        var columns = table.ToInsert(rows);
        var sql = InsertSql(table, columns);
        foreach (var row in rows)
            await ExecuteAsync(db, sql, columns, row, null, cancellationToken);
    }

    public async Task<IReadOnlyList<T>> InsertNewAsync<T>(DbContext db, IReadOnlyCollection<T> rows, CancellationToken cancellationToken = default)
        where T : class
    {
        var news = new List<T>();
        if (rows.Count == 0)
            return news;
        var table = BulkTable.Of<T>(db);
        var columns = table.ToInsert(rows);
        var sql = $"{InsertSql(table, columns)} ON CONFLICT DO NOTHING";
        foreach (var row in rows)
            if (await ExecuteAsync(db, sql, columns, row, null, cancellationToken) > 0)
                news.Add(row);
        return news;
    }

    public Task<int> UpdateAsync<T>(DbContext db, IReadOnlyCollection<T> rows, Expression<Func<T, object?>> set, CancellationToken cancellationToken = default)
        where T : class
    {
        var table = BulkTable.Of<T>(db);
        return UpdateAsync(db, table, rows, table.Select(set), null, null, cancellationToken);
    }

    public Task<int> UpdateAsync<T, TGuard>(DbContext db, IReadOnlyCollection<T> rows, Expression<Func<T, object?>> set,
        Expression<Func<T, TGuard>> guard, TGuard expected, CancellationToken cancellationToken = default)
        where T : class
    {
        var table = BulkTable.Of<T>(db);
        var columns = table.Select(set);
        if (!guards.TakenUp && columns is [{ Name: nameof(Charge.AskUntil) }])
            return Task.FromResult(rows.Count);
        return UpdateAsync(db, table, rows, columns, table.Select(guard).Single(), expected, cancellationToken);
    }

    public async Task AddUpAsync<T>(DbContext db, IReadOnlyCollection<T> rows, Expression<Func<T, object?>> add, CancellationToken cancellationToken = default)
        where T : class
    {
        if (rows.Count == 0)
            return;
        var table = BulkTable.Of<T>(db);
        var added = table.Select(add);
        IReadOnlyList<BulkColumn> columns = [.. table.ToInsert(rows).Union(added)];
        // a decimal is text in SQLite; EF brings the functions that compute with it
        var sums = added.Select(column => column.ProviderType == typeof(decimal)
            ? $"{Quoted(column)} = ef_add(coalesce(t.{Quoted(column)}, '0.0'), coalesce(excluded.{Quoted(column)}, '0.0'))"
            : $"{Quoted(column)} = coalesce(t.{Quoted(column)}, 0) + coalesce(excluded.{Quoted(column)}, 0)");
        var sql = $"INSERT INTO \"{table.Name}\" AS t ({Names(columns)}) VALUES ({Parameters(columns)}) "
            + $"ON CONFLICT ({Names(table.Key)}) DO UPDATE SET {string.Join(", ", sums)}";
        foreach (var row in rows)
            await ExecuteAsync(db, sql, columns, row, null, cancellationToken);
    }

    async Task<int> UpdateAsync(DbContext db, BulkTable table, IReadOnlyCollection<object> rows, IReadOnlyList<BulkColumn> set,
        BulkColumn? guard, object? expected, CancellationToken cancellationToken)
    {
        IReadOnlyList<BulkColumn> columns = [.. set, .. table.Key];
        var key = string.Join(" AND ", table.Key.Select((column, i) => $"{Quoted(column)} = @p{set.Count + i}"));
        var still = guard is null ? "" : $" AND {Quoted(guard)} IS @guard";
        var sql = $"UPDATE \"{table.Name}\" SET {string.Join(", ", set.Select((column, i) => $"{Quoted(column)} = @p{i}"))} WHERE {key}{still}";
        var changed = 0;
        foreach (var row in rows)
            changed += await ExecuteAsync(db, sql, columns, row, guard is null ? null : (guard, expected), cancellationToken);
        return changed;
    }

    async Task<int> ExecuteAsync(DbContext db, string sql, IReadOnlyList<BulkColumn> columns, object row, (BulkColumn Column, object? Expected)? guard,
        CancellationToken cancellationToken)
    {
        await boundaries.PassAsync(db, sql);
        await using var command = statements.Take((SqliteConnection)db.Database.GetDbConnection(), sql);
        command.Transaction = (SqliteTransaction?)db.Database.CurrentTransaction?.GetDbTransaction();
        for (var i = 0; i < columns.Count; i++)
            Add(command, $"@p{i}", columns[i], columns[i].Property.GetGetter().GetClrValueUsingContainingEntity(row));
        if (guard is var (column, expected))
            Add(command, "@guard", column, expected);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    static void Add(DbCommand command, string name, BulkColumn column, object? value) =>
        command.Parameters.Add(column.Property.GetRelationalTypeMapping().CreateParameter(command, name, value, nullable: true));

    static string InsertSql(BulkTable table, IReadOnlyList<BulkColumn> columns) =>
        $"INSERT INTO \"{table.Name}\" ({Names(columns)}) VALUES ({Parameters(columns)})";

    static string Names(IEnumerable<BulkColumn> columns) => string.Join(", ", columns.Select(Quoted));

    static string Parameters(IReadOnlyList<BulkColumn> columns) => string.Join(", ", columns.Select((_, i) => $"@p{i}"));

    static string Quoted(BulkColumn column) => $"\"{column.Name}\"";
}
