using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Containers.Tests;

/// <summary>A compose file, with what it includes.</summary>
sealed partial class ComposeFile
{
    public static readonly string[] Names = ["docker-compose.yml", "docker-compose.postgres.yml"];

    readonly string _text;

    ComposeFile(string file)
    {
        var path = Path.Combine(Checkout.Root, file);
        var included = Yaml.Read(path)["include"]?.AsArray().Select(other => new ComposeFile((string)other!)).ToList() ?? [];
        (File, Root) = (file, Yaml.Read(path));
        _text = System.IO.File.ReadAllText(path) + string.Concat(included.Select(other => other._text));
        Services = [.. Root["services"]!.AsObject().Select(service => new ComposeService(this, service.Key, service.Value!.AsObject())),
            .. included.SelectMany(other => other.Services)];
    }

    public static ComposeFile Read(string file) => new(file);

    public string File { get; }

    /// <summary>Its own, without what it includes.</summary>
    public JsonObject Root { get; }

    public IReadOnlyList<ComposeService> Services { get; }

    public ComposeService this[string name] => Services.Single(service => service.Name == name);

    /// <summary>What it takes from the environment.</summary>
    public IEnumerable<string> Variables => Variable().Matches(_text).Select(match => match.Groups["name"].Value)
        .Concat(Services.Select(service => service.File).Distinct()
            .SelectMany(file => (file.Root["secrets"]?.AsObject() ?? []).Select(secret => (string)secret.Value!["environment"]!)))
        .Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>\w+)")]
    private static partial Regex Variable();
}

sealed record ComposeService(ComposeFile File, string Name, JsonObject Definition)
{
    /// <summary>Built from this checkout.</summary>
    public bool IsOurs => Definition.ContainsKey("build");

    /// <summary>One of the hosts that <c>docs/settings.md</c> is about.</summary>
    public bool IsHost => Definition["build"]?["args"]?["PROJECT"]?.ToString().StartsWith("services/", StringComparison.Ordinal) == true;

    public string Text(string key) => Definition[key]?.ToString() ?? "";

    public IEnumerable<string> List(string key) => (Definition[key]?.AsArray() ?? []).Select(item => item!.ToString());

    public IReadOnlyDictionary<string, string> Environment { get; } =
        (Definition["environment"]?.AsObject() ?? []).ToDictionary(variable => variable.Key, variable => variable.Value?.ToString() ?? "");

    public override string ToString() => $"{Name} of {File.File}";
}
