namespace Billing.MonthClose.Books.Previews;

/// <summary>How an account's month differs from the month before.</summary>
public enum MonthChange
{
    /// <summary>Not more than the threshold.</summary>
    Small,

    /// <summary>The month before earned nothing.</summary>
    New,

    /// <summary>The month before earned something, this one nothing.</summary>
    Gone,

    /// <summary>More than the threshold up or down.</summary>
    Changed
}

/// <summary>What is worth a look before a month is closed: new, gone, much more or less than before, far from the account's own months.</summary>
public static class MonthDifference
{
    /// <summary>With fewer months nothing is known of what is usual.</summary>
    public const int FewestMonths = 4;

    /// <summary>
    /// Six deviations, each taken from the median of the distances to the median: one wild month among them does not hide the next.
    /// </summary>
    const decimal Deviations = 6;

    /// <summary>A median distance times this is one standard deviation of a normal distribution.</summary>
    const decimal ToStandardDeviation = 1.4826m;

    /// <summary>Months that never differ would make every cent an outlier: the least deviation is a twentieth of the median.</summary>
    const decimal LeastDeviation = 0.05m;

    /// <param name="before">What the month before earned, in the currency's major unit; null when it had no invoice.</param>
    /// <param name="now">What this month would earn.</param>
    /// <param name="threshold">The share of the month before up to which a change is small: 0.5 is half as much more or less.</param>
    public static MonthChange Of(decimal? before, decimal now, decimal threshold) =>
        (before ?? 0, now) switch
        {
            (0, 0) => MonthChange.Small,
            (0, _) => MonthChange.New,
            (_, 0) => MonthChange.Gone,
            var (was, isNow) => Math.Abs(isNow - was) > threshold * Math.Abs(was) ? MonthChange.Changed : MonthChange.Small
        };

    /// <param name="earlier">What earlier months earned, in any order.</param>
    /// <param name="now">What this month would earn.</param>
    public static bool IsOutlier(IReadOnlyCollection<decimal> earlier, decimal now)
    {
        if (earlier.Count < FewestMonths)
            return false;
        var median = Median(earlier);
        var deviation = ToStandardDeviation * Median([.. earlier.Select(one => Math.Abs(one - median))]);
        return Math.Abs(now - median) > Deviations * Math.Max(deviation, LeastDeviation * Math.Abs(median));
    }

    static decimal Median(IReadOnlyCollection<decimal> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
