using System.Data.Common;
using System.Linq.Expressions;
using System.Text.RegularExpressions;
using Billing.Persistence.Bulk;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Billing.Persistence.Postgres;

sealed partial class PostgresBulkWriter : IBulkWriter
{
    public Task InsertAsync<T>(DbContext db, IReadOnlyCollection<T> rows, CancellationToken cancellationToken = default)
        where T : class
    {
        if (rows.Count == 0)
            return Task.CompletedTask;
        var table = BulkTable.Of<T>(db);
        var columns = table.ToInsert(rows);
        return ExecuteAsync(db, PostgresStatements.Insert(table, columns), Arrays(columns, rows), cancellationToken);
    }

    public async Task<IReadOnlyList<T>> InsertNewAsync<T>(
        DbContext db, IReadOnlyCollection<T> rows, CancellationToken cancellationToken = default)
        where T : class
    {
        if (rows.Count == 0)
            return [];
        var table = BulkTable.Of<T>(db);
        var columns = table.ToInsert(rows);
        if (table.Key.Except(columns).FirstOrDefault() is { } generated)
            throw new NotSupportedException($"{typeof(T).Name}.{generated.Property.Name} comes from the database, so the new rows could not be told apart.");
        var positions = await BulkCommand.RunAsync(
            db, PostgresStatements.InsertNew(table, columns), Arrays(columns, rows),
            command => ReadPositionsAsync(command, cancellationToken), cancellationToken);
        var all = rows as IReadOnlyList<T> ?? [.. rows];
        return positions.ConvertAll(position => all[(int)position - 1]);
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
        var columns = table.ToInsert(rows);
        IReadOnlyList<BulkColumn> all = [.. columns, .. table.Select(add).Except(columns)];
        return ExecuteAsync(db, PostgresStatements.AddUp(table, all, table.Select(add)), Arrays(all, rows), cancellationToken);
    }

    static Task<int> UpdateAsync(
        DbContext db, BulkTable table, IReadOnlyCollection<object> rows, IReadOnlyList<BulkColumn> set,
        BulkColumn? guard, object? expected, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return Task.FromResult(0);
        var parameters = Arrays([.. table.Key, .. set], rows);
        if (guard is not null && expected is not null)
            parameters.Add(new NpgsqlParameter { Value = expected, DataTypeName = TypeName(guard) });
        return ExecuteAsync(db, PostgresStatements.Update(table, set, guard, expected is null), parameters, cancellationToken);
    }

    static Task<int> ExecuteAsync(DbContext db, string sql, IEnumerable<DbParameter> parameters, CancellationToken cancellationToken) =>
        BulkCommand.RunAsync(db, sql, parameters, command => command.ExecuteNonQueryAsync(cancellationToken), cancellationToken);

    static async Task<List<long>> ReadPositionsAsync(DbCommand command, CancellationToken cancellationToken)
    {
        var positions = new List<long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            positions.Add(reader.GetInt64(0));
        return positions;
    }

    static List<DbParameter> Arrays(IReadOnlyList<BulkColumn> columns, IReadOnlyCollection<object> rows) =>
        columns.Select(column => (DbParameter)new NpgsqlParameter
        {
            Value = column.IsCollection
                ? throw new NotSupportedException($"{column.Name} is a list; PostgreSQL cannot unnest it beside single values.")
                : column.ReadAll(rows, rows.Count),
            DataTypeName = TypeName(column) + "[]",
        }).ToList();

    /// <summary>Parameters carry no size: the column's own applies when the value arrives there.</summary>
    static string TypeName(BulkColumn column) => Size().Replace(column.StoreType, "");

    [GeneratedRegex(@"\([0-9, ]+\)")]
    private static partial Regex Size();
}
