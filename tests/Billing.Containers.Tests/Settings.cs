using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Containers.Tests;

/// <summary>The settings that <c>docs/settings.md</c> names; another test holds that page against the code.</summary>
static partial class Settings
{
    static readonly IReadOnlyList<Regex> Known = [.. Row().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "settings.md")))
        .Select(row => Regex.Escape(row.Groups["name"].Value).Replace("<name>", "[^:]+", StringComparison.Ordinal))
        .Select(name => new Regex($"^{name}(:[0-9]+)?$", RegexOptions.IgnoreCase))];

    /// <param name="variable">As the environment has it, such as <c>RabbitMq__Host</c>.</param>
    public static bool Knows(string variable) => Known.Any(name => name.IsMatch(variable.Replace("__", ":", StringComparison.Ordinal)));

    /// <summary>Whether the value of this variable must not stand in a file.</summary>
    public static bool IsSecret(string variable) => Secret().IsMatch(variable);

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("(password|secret|hash|(api|private|link|services)key|keys__[a-z]+$)", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
