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

    /// <summary>The last line of a workload: the median rate, and what it is of the floor of the same minute.</summary>
    /// <param name="workload">Its name.</param>
    /// <param name="unit">What stands behind the rate, such as <c> records/s</c>.</param>
    /// <param name="runs">Units a second of each run, and of its floor.</param>
    public static void PrintBesideFloor(string workload, string unit, IReadOnlyList<(double Rate, double Floor)> runs)
    {
        var ratios = runs.Select(run => run.Rate / run.Floor).ToList();
        Console.WriteLine(Text(
            $"{workload}: {Median(runs.Select(run => run.Rate)):0}{unit}, {Median(ratios):0.00} of floor, from {ratios.Min():0.00} to {ratios.Max():0.00}"));
    }

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
