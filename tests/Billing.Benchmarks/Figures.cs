using System.Globalization;

namespace Billing.Benchmarks;

/// <summary>What a list of measured values says.</summary>
static class Figures
{
    public static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted && sorted.Count % 2 == 1
        ? sorted[sorted.Count / 2]
        : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;

    /// <summary>The value that so many of a hundred do not exceed.</summary>
    public static double Percentile(IEnumerable<double> values, int percent) =>
        values.Order().ToList() is var sorted ? sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)] : 0;

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
