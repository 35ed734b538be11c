using System.Linq.Expressions;
using Billing.Hosting.Outcomes;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Intake;

/// <summary>Writes the latest state of many things at once: what is new is inserted, what is newer replaces, what is older is ignored.</summary>
sealed class LatestStateStore(SeatRefreshDbContext db, IBulkWriter bulk)
{
    /// <param name="subject">What the rows are, for who wants to know what became of his command.</param>
    /// <param name="told">In the order of the message. Of two records of the same thing the later one counts, unless it says that it is older.</param>
    /// <param name="key">Its key, which also says the order of locking.</param>
    /// <param name="changedAt">When the sender says that it changed.</param>
    /// <param name="known">The rows that are there, in the order of keys.</param>
    /// <param name="unchanged">Whether a stored row and a new record say the same.</param>
    /// <param name="set">The columns that the newer one replaces.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many were new or have changed.</returns>
    public async Task<int> WriteAsync<T>(
        string subject, IEnumerable<T> told, Func<T, string> key, Func<T, DateTimeOffset?> changedAt, Func<IQueryable<T>> known, Func<T, T, bool> unchanged,
        Expression<Func<T, object?>> set, CancellationToken cancellationToken)
        where T : class
    {
        var latest = new SortedDictionary<string, T>(StringComparer.Ordinal);
        foreach (var one in told)
            if (!latest.TryGetValue(key(one), out var other) || !(changedAt(one) < changedAt(other)))
                latest[key(one)] = one;
        if (latest.Count == 0)
            return 0;
        var fresh = (await bulk.InsertNewAsync(db, [.. latest.Values], cancellationToken)).Select(key).ToHashSet(StringComparer.Ordinal);
        foreach (var one in fresh)
            CommandOutcome.Changed(subject, Shown(one), "recorded");
        if (fresh.Count == latest.Count)
            return fresh.Count;

        var newer = new List<T>();
        foreach (var old in await known().AsNoTracking().ForUpdate().ToListAsync(cancellationToken))
            if (latest.TryGetValue(key(old), out var one) && !fresh.Contains(key(old)) && !(changedAt(one) < changedAt(old)) && !unchanged(old, one))
                newer.Add(one);
        if (newer.Count > 0)
            await bulk.UpdateAsync(db, newer, set, cancellationToken);
        foreach (var one in newer)
            CommandOutcome.Changed(subject, Shown(key(one)), "changed");
        return fresh.Count + newer.Count;
    }

    /// <summary>The parts of a key are kept apart by a mark that no id holds.</summary>
    static string Shown(string key) => key.Replace("\u001F", ", ", StringComparison.Ordinal);
}
