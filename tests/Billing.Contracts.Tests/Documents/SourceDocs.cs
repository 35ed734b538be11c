using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Contracts.Tests.Documents;

/// <summary>The words that a service says, as they stand in its source: values of an enumeration or constants of a class, each with its comment.</summary>
static partial class SourceDocs
{
    public static IReadOnlyList<(string Value, string Meaning)> ValuesOf(string file, string type)
    {
        var source = File.ReadAllText(ReadmeExamples.PathOf(file));
        var body = Regex.Match(source, $@"(enum|class) {type}\b.*?\n\{{(?<body>.*?)\n\}}", RegexOptions.Singleline).Groups["body"].Value;
        return [.. Value().Matches(body).Select(match => (
            match.Groups["text"].Success ? match.Groups["text"].Value : match.Groups["name"].Value,
            Reference().Replace(Comment().Replace(match.Groups["meaning"].Value, " "), "`$1`").Trim()))];
    }

    /// <summary>The codes that the source of MonthClose says in so many words when it parks, alerts or refuses.</summary>
    public static IReadOnlyCollection<string> ReasonCodes() =>
    [
        .. Directory.EnumerateFiles(ReadmeExamples.PathOf("services/Billing.MonthClose"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => ReasonCode().Matches(File.ReadAllText(file))).Select(match => match.Groups["code"].Value).Distinct()
    ];

    [GeneratedRegex(
        """^    (/// <summary>(?<meaning>[^<]*(<c>[^<]*</c>[^<]*)*)</summary>\n    )?(public const string \w+ = "(?<text>[^"]+)";|(?<name>[A-Z]\w+),?)$""",
        RegexOptions.Multiline)]
    private static partial Regex Value();

    [GeneratedRegex(@"\s*\n\s*///\s*")]
    private static partial Regex Comment();

    [GeneratedRegex("<c>(.*?)</c>")]
    private static partial Regex Reference();

    [GeneratedRegex("""(CannotCloseException\(\s*|\.Park\(|CollectionBlocked\([^"]{0,80}|\? \(|Park = \(|=> \()"(?<code>[A-Z][A-Za-z]+)",""")]
    private static partial Regex ReasonCode();
}
