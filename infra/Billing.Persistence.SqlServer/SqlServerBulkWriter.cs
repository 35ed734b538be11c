using System.Data;
using System.Data.Common;
using System.Linq.Expressions;
using Billing.Persistence.Bulk;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.SqlServer;

sealed class SqlServerBulkWriter : IBulkWriter
{
    public Task InsertAsync<T>(DbContext db, IReadOnlyCollection<T> rows, CancellationToken cancellationToken = default)
        where T : class
    {
        if (rows.Count == 0)
            return Task.CompletedTask;
        var table = BulkTable.Of<T>(db);
        var columns = table.ToInsert(rows);
        return ExecuteAsync(db, SqlServerStatements.Insert(table, columns), [Rows(columns, rows)], cancellationToken);
    }

    public async Task<IReadOnlyList<T>> InsertNewAsync<T>(
        DbContext db, IReadOnlyCollection<T> rows, CancellationToken cancellationToken = default)
        where T : class
    {
        if (rows.Count == 0)
            return [];
        var table = BulkTable.Of<T>(db);
        var columns = table.ToInsert(rows);
        var places = await BulkCommand.RunAsync(
            db, SqlServerStatements.InsertNew(table, columns), [Rows(columns, rows)],
            command => ReadPlacesAsync(command, cancellationToken), cancellationToken);
        var all = rows as IReadOnlyList<T> ?? [.. rows];
        return places.Order().Select(place => all[place - 1]).ToArray();
    }

    public Task<int> UpdateAsync<T>(
        DbContext db, IReadOnlyCollection<T> rows, Expression<Func<T, object?>> set, CancellationToken cancellationToken = default)
        where T : class
    {
        var table = BulkTable.Of<T>(db);
        return UpdateAsync(db, table, rows, table.Select(set), null, null, cancellationToken);
    }

    public Task<int> UpdateAsync<T, TGuard>(
        DbContext db, IReadOnlyCollection<T> rows, Expression<Func<T, object?>> set,
        Expression<Func<T, TGuard>> guard, TGuard expected, CancellationToken cancellationToken = default)
        where T : class
    {
        var table = BulkTable.Of<T>(db);
        var column = table.Select(guard).Single();
        return UpdateAsync(db, table, rows, table.Select(set), column, column.ToProvider(expected), cancellationToken);
    }

    public Task AddUpAsync<T>(
        DbContext db, IReadOnlyCollection<T> rows, Expression<Func<T, object?>> add, CancellationToken cancellationToken = default)
        where T : class
    {
        if (rows.Count == 0)
            return Task.CompletedTask;
        var table = BulkTable.Of<T>(db);
        var added = table.Select(add);
        IReadOnlyList<BulkColumn> columns = [.. table.ToInsert(rows).Union(added)];
        return ExecuteAsync(db, SqlServerStatements.AddUp(table, columns, added), [Rows(columns, rows)], cancellationToken);
    }

    static Task<int> UpdateAsync(
        DbContext db, BulkTable table, IReadOnlyCollection<object> rows, IReadOnlyList<BulkColumn> set,
        BulkColumn? guard, object? expected, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return Task.FromResult(0);
        List<DbParameter> parameters = [Rows([.. table.Key, .. set], rows)];
        if (guard is not null && expected is not null)
            parameters.Add(new SqlParameter(SqlServerStatements.Expected, expected));
        return ExecuteAsync(db, SqlServerStatements.Update(table, set, guard, expected is null), parameters, cancellationToken);
    }

    static Task<int> ExecuteAsync(DbContext db, string sql, IEnumerable<DbParameter> parameters, CancellationToken cancellationToken) =>
        BulkCommand.RunAsync(db, sql, parameters, command => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken);

    static async Task<List<int>> ReadPlacesAsync(DbCommand command, CancellationToken cancellationToken)
    {
        var places = new List<int>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            places.Add(reader.GetInt32(0));
        return places;
    }

    static SqlParameter Rows(IReadOnlyList<BulkColumn> columns, IReadOnlyCollection<object> rows) =>
        new(SqlServerStatements.Rows, SqlDbType.NVarChar, -1) { Value = SqlServerRows.Write(columns, rows) };
}
