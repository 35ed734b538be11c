using Billing.Persistence.Bulk;

namespace Billing.Persistence.Postgres;

/// <summary>
/// The texts. Each column travels as one array, so that the text is the same for one row and for ten thousand and is
/// prepared once.
/// </summary>
static class PostgresStatements
{
    public static string Insert(BulkTable table, IReadOnlyList<BulkColumn> columns) =>
        $"INSERT INTO {table.Quoted()} ({Names(columns)}) SELECT * FROM {Rows(columns)}";

    /// <summary>Answers the positions (from 1) of the rows that went in: of equal rows, the first.</summary>
    public static string InsertNew(BulkTable table, IReadOnlyList<BulkColumn> columns)
    {
        var key = string.Join(" AND ", table.Key.Select(column => $"i.{column.Quoted()} = v.{column.Quoted()}"));
        return $"""
            WITH v AS (SELECT * FROM unnest({Parameters(columns)}) WITH ORDINALITY AS v({Names(columns)}, "#")),
            i AS (INSERT INTO {table.Quoted()} ({Names(columns)}) SELECT {Names(columns)} FROM v ORDER BY "#"
            ON CONFLICT DO NOTHING RETURNING {Names(table.Key)})
            SELECT min(v."#") FROM v JOIN i ON {key} GROUP BY {Names(table.Key, "i.")} ORDER BY 1
            """;
    }

    /// <summary>The guard's value, when there is one, is the last parameter.</summary>
    public static string Update(BulkTable table, IReadOnlyList<BulkColumn> set, BulkColumn? guard, bool guardIsNull)
    {
        IReadOnlyList<BulkColumn> columns = [.. table.Key, .. set];
        var assignments = string.Join(", ", set.Select(column => $"{column.Quoted()} = v.{column.Quoted()}"));
        var key = string.Join(" AND ", table.Key.Select(column => $"t.{column.Quoted()} = v.{column.Quoted()}"));
        var still = guard is null ? ""
            : guardIsNull ? $" AND t.{guard.Quoted()} IS NULL"
            : $" AND t.{guard.Quoted()} = ${columns.Count + 1}";
        return $"UPDATE {table.Quoted()} AS t SET {assignments} FROM {Rows(columns)} WHERE {key}{still}";
    }

    public static string AddUp(BulkTable table, IReadOnlyList<BulkColumn> columns, IReadOnlyList<BulkColumn> add)
    {
        var values = columns.Select(column =>
            column.IsKey ? column.Quoted()
            : add.Contains(column) ? $"sum({column.Quoted()})"
            : $"(array_agg({column.Quoted()}))[1]");
        var sums = add.Select(column => column.IsNullable
            ? $"{column.Quoted()} = coalesce(t.{column.Quoted()}, 0) + coalesce(excluded.{column.Quoted()}, 0)"
            : $"{column.Quoted()} = t.{column.Quoted()} + excluded.{column.Quoted()}");
        return $"""
            INSERT INTO {table.Quoted()} AS t ({Names(columns)})
            SELECT {string.Join(", ", values)} FROM {Rows(columns)} GROUP BY {Names(table.Key)} ORDER BY {Names(table.Key)}
            ON CONFLICT ({Names(table.Key)}) DO UPDATE SET {string.Join(", ", sums)}
            """;
    }

    static string Rows(IReadOnlyList<BulkColumn> columns) => $"unnest({Parameters(columns)}) AS v({Names(columns)})";

    static string Parameters(IReadOnlyList<BulkColumn> columns) =>
        string.Join(", ", Enumerable.Range(1, columns.Count).Select(number => $"${number}"));

    static string Names(IEnumerable<BulkColumn> columns, string prefix = "") =>
        string.Join(", ", columns.Select(column => prefix + column.Quoted()));
}
