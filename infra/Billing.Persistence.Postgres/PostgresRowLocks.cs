using System.Text.RegularExpressions;

namespace Billing.Persistence.Postgres;

/// <summary><c>FOR UPDATE OF</c> the query's first table, so that a joined table is neither locked nor in the way.</summary>
sealed partial class PostgresRowLocks : RowLockInterceptor
{
    internal override string Lock(string sql, RowLock kind)
    {
        var from = OuterFrom().Match(sql);
        if (!from.Success)
            throw new NotSupportedException($"This query has no table whose rows could be locked: {sql}");
        return $"{sql}\nFOR UPDATE OF {from.Groups["alias"].Value}{(kind == RowLock.SkipLocked ? " SKIP LOCKED" : "")}";
    }

    // EF does not indent the outer query: its FROM stands at the start of a line, or closes a subquery there
    [GeneratedRegex("""^(?:FROM (?!\().+?|\)) AS (?<alias>"[^"]+"|\w+)""", RegexOptions.Multiline)]
    private static partial Regex OuterFrom();
}
