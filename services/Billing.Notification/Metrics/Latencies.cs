namespace Billing.Notification.Metrics;

/// <summary>
/// Durations counted in buckets that grow by a fifth each, from 0.1 ms to some three minutes: counts of any number of processes and minutes can be added, and a
/// percentile of them is right to a fifth.
/// </summary>
public static class Latencies
{
    public const int Buckets = 85;
    const double Least = 0.1;
    const double InEachDoubling = 4;

    public static int BucketOf(TimeSpan took) =>
        took.TotalMilliseconds <= Least ? 0 : Math.Min(Buckets - 1, (int)Math.Ceiling(Math.Log2(took.TotalMilliseconds / Least) * InEachDoubling));

    /// <summary>The longest that belongs into it, in milliseconds.</summary>
    public static double BoundOf(int bucket) => Least * Math.Pow(2, bucket / InEachDoubling);

    /// <summary>Milliseconds that so large a share of them took at most; null when there are none.</summary>
    public static double? Percentile(IReadOnlyDictionary<int, long> counts, double share)
    {
        var wanted = counts.Values.Sum() * share;
        if (wanted == 0)
            return null;
        var seen = 0L;
        foreach (var (bucket, count) in counts.OrderBy(x => x.Key))
            if ((seen += count) >= wanted)
                return BoundOf(bucket);
        return BoundOf(counts.Keys.Max());
    }
}
