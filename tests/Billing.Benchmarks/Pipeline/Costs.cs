using System.Globalization;

namespace Billing.Benchmarks.Pipeline;

/// <summary>
/// What each process of the installation has used of the processor, and the most memory it ever had, as Linux counts them. Programs are found by the files
/// that <c>./billing</c> keeps (<c>BILLING_RUN</c>, a file with a process id for each); what they started counts with them.
/// </summary>
static class Costs
{
    /// <summary>By program, in milliseconds since it began; empty when there is nothing to ask.</summary>
    public static IReadOnlyDictionary<string, double> ProcessorTime()
    {
        var stats = Processes();
        var children = stats.Values.ToLookup(stat => stat.Parent);
        double Sum(Stat stat) => stat.Milliseconds + children[stat.Id].Sum(Sum);
        return Programs().Where(program => stats.ContainsKey(program.Value)).ToDictionary(program => program.Key, program => Sum(stats[program.Value]));
    }

    /// <summary>By program, in megabytes: the largest process of it.</summary>
    public static IReadOnlyDictionary<string, double> PeakMemory()
    {
        var children = Processes().Values.ToLookup(stat => stat.Parent);
        double Most(int id) => children[id].Select(stat => Most(stat.Id)).Append(Peak(id)).Max();
        return Programs().ToDictionary(program => program.Key, program => Most(program.Value));
    }

    static Dictionary<string, int> Programs() =>
        Environment.GetEnvironmentVariable("BILLING_RUN") is { Length: > 0 } folder && Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.pid")
                .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, file => int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture))
            : [];

    static Dictionary<int, Stat> Processes() => Directory.EnumerateDirectories("/proc")
        .Where(folder => int.TryParse(Path.GetFileName(folder), out _)).Select(Read).OfType<Stat>().ToDictionary(stat => stat.Id);

    // see proc(5): what comes after the name in brackets is state, parent, ..., and from the 12th on the time of itself and of its ended children, in ticks
    // of 10 ms
    static Stat? Read(string folder)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            return new Stat(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture), ticks * 10);
        }
        catch (IOException)
        {
            return null;        // it ended meanwhile
        }
    }

    static double Peak(int id)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    sealed record Stat(int Id, int Parent, double Milliseconds);
}
