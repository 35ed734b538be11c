using System.Text.RegularExpressions;

namespace Billing.Testing;

/// <summary>The ready-to-paste bodies of <c>contracts/README.md</c>.</summary>
public static partial class ReadmeExamples
{
    public static IReadOnlyDictionary<string, string> All { get; } = In(File.ReadAllText(PathOf("contracts/README.md")));

    /// <summary>The queue where each command waits when it is bad, as the page promises.</summary>
    public static IReadOnlyDictionary<string, string> ErrorQueues { get; } = ErrorQueue()
        .Matches(File.ReadAllText(PathOf("contracts/README.md")))
        .ToDictionary(match => match.Groups["exchange"].Value, match => match.Groups["queue"].Value);

    /// <summary>The bodies of a page that is written like it, by their exchanges.</summary>
    public static Dictionary<string, string> In(string page) => Example().Matches(page)
        .ToDictionary(match => match.Groups["exchange"].Value, match => match.Groups["body"].Value);

    /// <summary>A file of the checkout that the tests were built in.</summary>
    public static string PathOf(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Billing.sln")))
                return Path.Combine(folder.FullName, file);
        throw new FileNotFoundException($"No Billing.sln above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"^### (?<exchange>Billing\.Contracts\.\S+)\n(?:(?!^###).*\n)*?```json\n(?<body>[\s\S]*?)```", RegexOptions.Multiline)]
    private static partial Regex Example();

    [GeneratedRegex(@"^### (?<exchange>Billing\.Contracts\.\S+)\n(?:(?!^###).*\n)*?- A bad one waits in `(?<queue>[^`]+)`", RegexOptions.Multiline)]
    private static partial Regex ErrorQueue();
}
