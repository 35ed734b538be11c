using System.Collections.Concurrent;

namespace Billing.Chaos;

/// <summary>What was done, counted by its name.</summary>
sealed class Tally
{
    readonly ConcurrentDictionary<string, int> _counts = new();

    public void Add(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    public void Add(Tally other)
    {
        foreach (var (what, count) in other._counts)
            _counts.AddOrUpdate(what, count, (_, before) => before + count);
    }

    /// <summary>All whose name begins so.</summary>
    public int Of(string beginning) => _counts.Where(one => one.Key.StartsWith(beginning, StringComparison.Ordinal)).Sum(one => one.Value);

    public override string ToString() => string.Join(", ", _counts.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Value} {one.Key}"));
}
