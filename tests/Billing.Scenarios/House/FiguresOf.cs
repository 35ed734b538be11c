using System.Globalization;
using Billing.Testing;

namespace Billing.Scenarios.House;

/// <summary>What a process counts, as whoever collects metrics reads it.</summary>
static class FiguresOf
{
    /// <summary>Of all figures whose name begins so.</summary>
    public static async Task<double> SumAsync(ServiceProcess process, string figure)
    {
        var figures = await process.Http.GetStringAsync(new Uri("metrics", UriKind.Relative));
        return figures.Split('\n').Where(line => line.StartsWith(figure, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }
}
