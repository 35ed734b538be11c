namespace Billing.Scenarios.House;

/// <summary>What a receiver saw: whose, and when by its own clock, in milliseconds.</summary>
readonly record struct Arrived(string Workspace, double At);

static class Arrivals
{
    /// <summary>The most in any window of one second, wherever it begins.</summary>
    public static int MostInAnySecond(this IReadOnlyList<Arrived> sorted)
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < sorted.Count; last++)
        {
            while (sorted[last].At - sorted[first].At >= 1000)
                first++;
            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    /// <summary>
    /// Over whole seconds, without the first ones, in which what is free at the start may come at once, and without the last, in which there is no more to
    /// send.
    /// </summary>
    public static double AveragePerSecond(this IReadOnlyList<Arrived> sorted, TimeSpan first)
    {
        var from = sorted[0].At + first.TotalMilliseconds;
        var seconds = (int)((sorted[^1].At - from) / 1000) - 1;
        return sorted.Count(one => one.At >= from && one.At < from + (seconds * 1000)) / (double)seconds;
    }

    /// <summary>Place of each workspace's first, from 1.</summary>
    public static Dictionary<string, int> FirstPlaces(this IReadOnlyList<Arrived> sorted) =>
        sorted.Select((arrived, at) => (arrived.Workspace, Place: at + 1)).GroupBy(x => x.Workspace)
            .ToDictionary(group => group.Key, group => group.Min(x => x.Place));

    /// <summary>Jain's index over workspaces that all had something to send meanwhile: 1 when each got the same, 1/n when one got all.</summary>
    public static double JainsIndex(this IEnumerable<Arrived> arrived, IEnumerable<string> workspaces)
    {
        var byWorkspace = arrived.CountBy(one => one.Workspace).ToDictionary();
        double[] counts = [.. workspaces.Select(workspace => byWorkspace.GetValueOrDefault(workspace))];
        return Math.Pow(counts.Sum(), 2) / (counts.Length * counts.Sum(x => x * x));
    }
}
