using System.Text.Json;
using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Documents.Tests;

/// <summary>What <c>infra/monitoring</c> says: its rules, and the metrics that they and the dashboard name.</summary>
static partial class Monitoring
{
    public static string Folder { get; } = ReadmeExamples.PathOf("infra/monitoring");

    /// <summary>Each alert with its expression.</summary>
    public static IReadOnlyDictionary<string, string> Rules { get; } = Rule().Matches(File.ReadAllText(Path.Combine(Folder, "alerts.yml")))
        .ToDictionary(rule => rule.Groups["name"].Value, rule => JsonSerializer.Deserialize<string>(rule.Groups["expression"].Value)!);

    /// <summary>Each panel's expressions.</summary>
    public static IReadOnlyList<string> Panels { get; } = [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "dashboard.json"))).RootElement
        .GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
        .Select(target => target.GetProperty("expr").GetString()!)];

    /// <summary>The metrics of an expression, without functions, labels and words.</summary>
    public static IEnumerable<string> MetricsOf(string expression) =>
        Name().Matches(Label().Replace(Quoted().Replace(expression, ""), "")).Select(name => name.Value).Where(name => name is not ("or" or "and" or "unless"));

    [GeneratedRegex(@"- alert: (?<name>\w+)\n +expr: (?<expression>"".*"")\n")]
    private static partial Regex Rule();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\{[^}]*\}|\b(by|without) \([^)]*\)|\[[^\]]*\]")]
    private static partial Regex Label();

    [GeneratedRegex(@"\b[a-zA-Z_]\w*\b(?! *\()")]
    private static partial Regex Name();
}
