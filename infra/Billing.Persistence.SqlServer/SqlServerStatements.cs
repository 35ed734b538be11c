using Billing.Persistence.Bulk;

namespace Billing.Persistence.SqlServer;

/// <summary>
/// The texts. The rows travel as one JSON array of objects whose members are <c>c0</c>, <c>c1</c> and so on, in the
/// order of the columns; <c>n</c> is the row's place.
/// </summary>
static class SqlServerStatements
{
    public const string Rows = "@rows";
    public const string Expected = "@expected";

    public static string Insert(BulkTable table, IReadOnlyList<BulkColumn> columns) =>
        $"INSERT INTO {table.Quoted()} ({Names(columns)}) SELECT {Names(columns)} FROM {Source(columns)};";

    /// <summary>Answers the places of the rows that went in.</summary>
    public static string InsertNew(BulkTable table, IReadOnlyList<BulkColumn> columns)
    {
        var keys = table.UniqueKeys.Where(key => key.Columns.All(columns.Contains)).ToArray();
        // a filtered key holds only for rows that pass its filter; a row that does not is given a group of its own
        var applies = keys.Select((key, i) => key.Filter is null ? "" : $", CASE WHEN {key.Filter} THEN 0 ELSE [#] END AS [f{i}]");
        var ranks = keys.Select((key, i) =>
            $", ROW_NUMBER() OVER (PARTITION BY {Names(key.Columns)}{(key.Filter is null ? "" : $", [f{i}]")} ORDER BY [#]) AS [r{i}]");
        var meets = keys.Select((key, i) =>
            "(" + string.Join(" AND ", key.Columns.Select(column => $"t.{column.Quoted()} = s.{column.Quoted()}"))
            + (key.Filter is null ? "" : $" AND s.[f{i}] = 0 AND EXISTS (SELECT 1 FROM (SELECT {Names(columns, "t.")}) AS f WHERE {key.Filter})") + ")");
        var firsts = keys.Select((_, i) => $"[r{i}] = 1");
        return $"""
            MERGE INTO {table.Quoted()} WITH (HOLDLOCK) AS t
            USING (SELECT * FROM (SELECT *{string.Concat(ranks)} FROM (SELECT *{string.Concat(applies)} FROM {Source(columns)}) AS a) AS b
                WHERE {string.Join(" AND ", firsts)}) AS s
            ON {string.Join(" OR ", meets)}
            WHEN NOT MATCHED BY TARGET THEN INSERT ({Names(columns)}) VALUES ({Names(columns, "s.")})
            OUTPUT s.[#];
            """;
    }

    public static string Update(BulkTable table, IReadOnlyList<BulkColumn> set, BulkColumn? guard, bool guardIsNull)
    {
        IReadOnlyList<BulkColumn> columns = [.. table.Key, .. set];
        var assignments = string.Join(", ", set.Select(column => $"{column.Quoted()} = v.{column.Quoted()}"));
        var key = string.Join(" AND ", table.Key.Select(column => $"t.{column.Quoted()} = v.{column.Quoted()}"));
        var still = guard is null ? "" : guardIsNull ? $" AND t.{guard.Quoted()} IS NULL" : $" AND t.{guard.Quoted()} = {Expected}";
        return $"UPDATE t SET {assignments} FROM {table.Quoted()} AS t INNER JOIN {Source(columns)} ON {key}{still};";
    }

    public static string AddUp(BulkTable table, IReadOnlyList<BulkColumn> columns, IReadOnlyList<BulkColumn> add)
    {
        var others = columns.Where(column => !column.IsKey && !add.Contains(column)).ToArray();
        var partition = $"OVER (PARTITION BY {Names(table.Key)}";
        var totals = add.Select(column => $", SUM({column.Quoted()}) {partition}) AS {SqlServerNames.Quote($"+{column.Name}")}");
        var key = string.Join(" AND ", table.Key.Select(column => $"t.{column.Quoted()} = s.{column.Quoted()}"));
        var sums = add.Select(column => column.IsNullable
            ? $"{column.Quoted()} = COALESCE(t.{column.Quoted()}, 0) + COALESCE(s.{SqlServerNames.Quote($"+{column.Name}")}, 0)"
            : $"{column.Quoted()} = t.{column.Quoted()} + s.{SqlServerNames.Quote($"+{column.Name}")}");
        IReadOnlyList<BulkColumn> inserted = [.. table.Key, .. others, .. add];
        var values = inserted.Select(column => add.Contains(column) ? $"s.{SqlServerNames.Quote($"+{column.Name}")}" : $"s.{column.Quoted()}");
        return $"""
            MERGE INTO {table.Quoted()} WITH (HOLDLOCK) AS t
            USING (SELECT * FROM (SELECT *{string.Concat(totals)}, ROW_NUMBER() {partition} ORDER BY [#]) AS [r]
                FROM {Source(columns)}) AS a WHERE [r] = 1) AS s
            ON {key}
            WHEN MATCHED THEN UPDATE SET {string.Join(", ", sums)}
            WHEN NOT MATCHED BY TARGET THEN INSERT ({Names(inserted)}) VALUES ({string.Join(", ", values)});
            """;
    }

    static string Source(IReadOnlyList<BulkColumn> columns)
    {
        var shape = columns.Select((column, i) => $", {column.Quoted()} {Read(column.StoreType)} '$.c{i}'");
        return $"OPENJSON({Rows}) WITH ([#] int '$.n'{string.Concat(shape)}) AS v";
    }

    /// <summary>OPENJSON would cut a text to the length of its column and say nothing; at its full length, the column refuses it.</summary>
    static string Read(string type) => type.StartsWith("nvarchar(", StringComparison.Ordinal) ? "nvarchar(max)" : type;

    static string Names(IEnumerable<BulkColumn> columns, string prefix = "") =>
        string.Join(", ", columns.Select(column => prefix + column.Quoted()));
}
