using System.Reflection;
using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Documents.Tests;

/// <summary>
/// <c>docs/settings.md</c> and the options classes say the same. A row is: name, meaning, default, bounds. To add or change a setting, change the row that a
/// failure names; the meaning is yours to write.
/// </summary>
public sealed partial class When_the_settings_are_documented
{
    const string Document = "docs/settings.md";

    static readonly string[] Services = ["Billing.MonthClose", "Billing.Notification", "Billing.SeatRefresh", "Billing.Scheduler", "Billing.Console"];

    /// <summary>The services, and what of ours they refer to.</summary>
    static readonly IReadOnlyList<Assembly> Assemblies = [.. Services.Select(Assembly.Load)
        .SelectMany(service => service.GetReferencedAssemblies()
            .Where(name => name.Name!.StartsWith("Billing.", StringComparison.Ordinal)).Select(Assembly.Load).Append(service))
        .Distinct()];

    static readonly IReadOnlyList<Setting> InCode = Setting.AllOf(Assemblies);

    /// <summary>Read by their names, without an options class.</summary>
    static readonly IReadOnlyList<string> ReadByName = [.. ((string[])["services", "infra"])
        .SelectMany(folder => Directory.EnumerateFiles(ReadmeExamples.PathOf(folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains("Billing.SimulatedGateway", StringComparison.Ordinal))
        .SelectMany(file => Read().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))
        .Distinct()];

    static readonly IReadOnlyList<(Setting Setting, string Meaning)> Written = [.. Row().Matches(File.ReadAllText(ReadmeExamples.PathOf(Document)))
        .Select(row => (new Setting(row.Groups["name"].Value, row.Groups["default"].Value, row.Groups["bounds"].Value), row.Groups["meaning"].Value))];

    [Fact]
    public void Should_name_each_with_its_default_and_its_bounds() =>
        None(InCode.Except(Written.Select(row => row.Setting)).Select(setting => $"missing in {Document}: {setting}"));

    [Fact]
    public void Should_name_none_that_does_not_exist()
    {
        var known = InCode.Select(setting => setting.Name).Concat(ReadByName).ToHashSet(StringComparer.Ordinal);
        // a section that is read entry by entry is named in the code, its entries are not
        var sections = ReadByName.Where(name => !name.Contains(':', StringComparison.Ordinal)).Select(name => $"{name}:").ToList();
        None(Written.Select(row => row.Setting.Name)
            .Where(name => !known.Contains(name) && !sections.Exists(section => name.StartsWith(section, StringComparison.Ordinal)))
            .Select(name => $"{Document} names {name}, and no code reads it"));
    }

    [Fact]
    public void Should_name_each_that_is_read_by_its_name() =>
        None(ReadByName
            .Where(name => !Written.Any(row => row.Setting.Name == name || row.Setting.Name.StartsWith($"{name}:", StringComparison.Ordinal)))
            .Select(name => $"missing in {Document}: {name}"));

    [Fact]
    public void Should_say_what_each_means_and_name_it_once()
    {
        None(Written.Where(row => row.Meaning.Length < 10).Select(row => row.Setting.Name));
        None(Written.GroupBy(row => row.Setting.Name).Where(rows => rows.Count() > 1).Select(rows => rows.Key));
    }

    /// <summary>All of them are printed, so that the page is mended in one go.</summary>
    static void None(IEnumerable<string> found) => Assert.True(!found.Any(), string.Join('\n', found));

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| (?<meaning>[^|]*[^| ]) +\| (?<default>[^|]*[^| ]) +\| (?<bounds>[^|]*?) *\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>A name in brackets after a configuration; or a section that is read entry by entry, by a constant or a literal.</summary>
    [GeneratedRegex(@"[cC]onfiguration\[""(?<name>[A-Z][A-Za-z]+(:[A-Za-z]+)*)""\]|GetSection\(""(?<name>[A-Z][A-Za-z]+)""\)"
        + @"|const string Section = ""(?<name>Limits|Sealing)""|const string Key = ""(?<name>[A-Z][A-Za-z]+(:[A-Za-z]+)*)""")]
    private static partial Regex Read();
}
