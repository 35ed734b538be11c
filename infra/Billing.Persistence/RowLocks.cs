using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence;

/// <summary>
/// Row locks on a query. EF has no word for them, so the query carries a tag and the provider's interceptor writes the
/// lock into the statement. Only the rows of the query's first table are locked, until the transaction ends.
/// </summary>
public static class RowLocks
{
    internal const string WaitTag = "billing:for-update";
    internal const string SkipTag = "billing:for-update-skip-locked";

    /// <summary>Locks the rows, waiting for whoever holds them.</summary>
    public static IQueryable<T> ForUpdate<T>(this IQueryable<T> query) => query.TagWith(WaitTag);

    /// <summary>Locks the rows that nobody holds and leaves out the others: several workers share one table of work.</summary>
    public static IQueryable<T> ForUpdateSkipLocked<T>(this IQueryable<T> query) => query.TagWith(SkipTag);

    internal static RowLock? AskedBy(string sql) =>
        !sql.StartsWith("-- ", StringComparison.Ordinal) ? null
        : HasLine(sql, SkipTag) ? RowLock.SkipLocked
        : HasLine(sql, WaitTag) ? RowLock.Wait
        : null;

    static bool HasLine(string sql, string tag)
    {
        foreach (var line in sql.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("-- ") && line[3..].SequenceEqual(tag))
                return true;
            if (!line.IsEmpty && !line.StartsWith("--"))
                return false;
        }

        return false;
    }
}

enum RowLock
{
    Wait,
    SkipLocked,
}
