using System.Text.RegularExpressions;

namespace Billing.Persistence.SqlServer;

/// <summary>A hint on the query's first table: of the outer query if it reads one itself, else of its first subquery.</summary>
sealed partial class SqlServerRowLocks : RowLockInterceptor
{
    internal override string Lock(string sql, RowLock kind)
    {
        // EF does not indent the outer query; a column may have a subquery of its own before it, so the search begins here
        var outer = OuterFrom().Match(sql);
        var table = FirstTable().Match(sql, outer.Success ? outer.Index : 0);
        if (!table.Success)
            throw new NotSupportedException($"This query has no table whose rows could be locked: {sql}");
        var hint = kind == RowLock.SkipLocked ? " WITH (UPDLOCK, ROWLOCK, READPAST)" : " WITH (UPDLOCK, ROWLOCK)";
        return sql.Insert(table.Index + table.Length, hint);
    }

    [GeneratedRegex(@"^FROM ", RegexOptions.Multiline)]
    private static partial Regex OuterFrom();

    [GeneratedRegex(@"FROM (?:\[(?:[^\]]|\]\])+\]\.)?\[(?:[^\]]|\]\])+\] AS \[\w+\]")]
    private static partial Regex FirstTable();
}
