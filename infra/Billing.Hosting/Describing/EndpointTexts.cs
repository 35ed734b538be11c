using System.Text.RegularExpressions;

namespace Billing.Hosting.Describing;

/// <summary>What is said of an endpoint.</summary>
/// <param name="Section">Of the page: a service, or all of them.</param>
/// <param name="Answer">What it answers.</param>
sealed record EndpointText(string Section, string Answer)
{
    /// <summary>The first clause of it.</summary>
    public string Summary => Answer.Split(';', 2)[0].Replace("`", "", StringComparison.Ordinal);
}

/// <summary>
/// <c>docs/endpoints.md</c>, by endpoint and by parameter. The page for people is the one place where an endpoint is explained: what programs read is made
/// of it.
/// </summary>
sealed partial class EndpointTexts
{
    const string OfAll = "Every service";
    const string Parameters = "Parameters";

    readonly Dictionary<(string Section, string Endpoint), string> _answers = [];
    readonly Dictionary<string, string> _parameters = new(StringComparer.Ordinal);

    public static EndpointTexts OfPage { get; } = Read();

    static EndpointTexts Read()
    {
        using var reader = new StreamReader(typeof(EndpointTexts).Assembly.GetManifestResourceStream("endpoints.md")!);
        return new EndpointTexts(reader.ReadToEnd());
    }

    public EndpointTexts(string page)
    {
        var section = "";
        foreach (var line in page.Split('\n'))
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..].Trim();
            else if (section == Parameters && Parameter().Match(line) is { Success: true } parameter)
                _parameters[parameter.Groups["name"].Value] = parameter.Groups["text"].Value;
            else if (Row().Match(line) is { Success: true } row)
                foreach (Match endpoint in Endpoint().Matches(row.Groups["endpoints"].Value))
                    _answers[(section, Key(endpoint.Groups["method"].Value, endpoint.Groups["path"].Value))] = row.Groups["text"].Value;
    }

    /// <param name="service">As it calls itself, such as <c>month-close</c>.</param>
    /// <param name="method">Of HTTP.</param>
    /// <param name="path">With its parameters in braces.</param>
    /// <returns>Null when the page does not know it.</returns>
    public EndpointText? Of(string service, string method, string path)
    {
        var key = Key(method == "HEAD" ? "GET" : method, path);
        var own = _answers.Keys.Select(known => known.Section)
            .FirstOrDefault(section => section.Equals(service.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
        return own is not null && _answers.TryGetValue((own, key), out var answer) ? new EndpointText(own, answer)
            : _answers.TryGetValue((OfAll, key), out answer) ? new EndpointText(OfAll, answer)
            : null;
    }

    public string? OfParameter(string name) => _parameters.GetValueOrDefault(name);

    /// <summary>The page may name a parameter of a path in other words than the code.</summary>
    static string Key(string method, string path) => $"{method} {Braces().Replace(path, "{}")}";

    [GeneratedRegex(@"^\| (?<endpoints>`(?:GET|POST) .*?`) \| (?<text>.+?) \|\s*$")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<method>GET|POST) (?<path>/[^?`]*)[^`]*`")]
    private static partial Regex Endpoint();

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| (?<text>.+?) \|\s*$")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Braces();
}
