using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Billing.Hosting.Showing;

/// <summary>The AsyncAPI document as one page of plain HTML: no script, nothing from elsewhere, so it can be read wherever the host can be reached.</summary>
static partial class ContractsPage
{
    static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Write(string document, string style)
    {
        var api = JsonNode.Parse(document)!;
        var owners = api["operations"]!.AsObject().GroupBy(operation => Text(operation.Value!["tags"]![0]!["name"])).ToList();
        var page = new StringBuilder()
            .Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
            .Append(Invariant, $"<title>Contracts of the billing back office</title><style>{style}</style></head><body>")
            .Append(Invariant, $"<h1>Contracts</h1><p class=\"sort\">{Text(api["info"]!["title"])} {Text(api["info"]!["version"])} · ")
            .Append("<a href=\"/contracts/asyncapi.json\">AsyncAPI document</a></p>")
            .Append(Invariant, $"<p>{Words(api["info"]!["description"])}</p><nav>");
        foreach (var owner in owners)
            page.Append(Invariant, $"<h4>{owner.Key}</h4><ul>").AppendJoin("", owner.Select(operation => $"<li>{Link(operation.Key)}</li>")).Append("</ul>");
        page.Append("</nav>");
        foreach (var owner in owners)
            WriteOwner(page, api, owner.Key, owner.ToDictionary());
        return page.Append("</body></html>").ToString();
    }

    static void WriteOwner(StringBuilder page, JsonNode api, string owner, Dictionary<string, JsonNode?> operations)
    {
        foreach (var (action, title) in (ReadOnlySpan<(string, string)>)[("receive", "commands that it obeys"), ("send", "events that it reports")])
        {
            var some = operations.Where(operation => Text(operation.Value!["action"]) == action).ToList();
            if (some.Count == 0)
                continue;
            page.Append(Invariant, $"<h2>{owner}: {title}</h2>");
            foreach (var (key, operation) in some)
                WriteMessage(page, key, api["channels"]!.AsObject(), operation!, api["components"]!["messages"]![key]!);
        }
    }

    static void WriteMessage(StringBuilder page, string key, JsonObject channels, JsonNode operation, JsonNode message)
    {
        var exchange = Text(channels[key]!["address"]);
        page.Append(Invariant, $"<section id=\"{key}\"><h3>{Text(message["name"])} <span class=\"sort\">{key.Split('.')[1]}</span></h3>")
            .Append(Invariant, $"<p>{Words(message["summary"])} {Words(message["description"])}</p><dl><dt>exchange</dt><dd><code>{exchange}</code></dd>");
        if (operation["x-queue"] is { } queue)
            page.Append(Invariant, $"<dt>queue</dt><dd><code>{Text(queue)}</code></dd>")
                .Append(Invariant, $"<dt>a bad one waits in</dt><dd><code>{Text(operation["x-error-queue"])}</code></dd>");
        if (operation["x-answers"] is JsonArray answers)
            page.Append("<dt>answered by</dt><dd>").AppendJoin(", ", answers.Select(answer => Link(AnswerOf(channels, key, Text(answer))))).Append("</dd>");
        page.Append("</dl><table><tr><th>member</th><th>type</th><th></th><th>meaning</th></tr>");
        WriteMembers(page, "", message["payload"]!);
        page.Append("</table>");
        foreach (var example in message["examples"]!.AsArray())
            page.Append(Invariant, $"<p class=\"sort\">{Text(example!["summary"])}</p><pre>{Encoded(example["payload"]!.ToJsonString(Written))}</pre>");
        page.Append("</section>");
    }

    static void WriteMembers(StringBuilder page, string path, JsonNode schema)
    {
        var required = schema["required"]?.AsArray().Select(Text).ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
        {
            page.Append(Invariant, $"<tr><td><code>{path}{name}</code></td><td>{TypeOf(member!)}</td><td>{(required.Contains(name) ? "required" : "")}</td>")
                .Append(Invariant, $"<td>{Words(member!["description"])}</td></tr>");
            WriteMembers(page, $"{path}{name}{(member["items"] is null ? "." : "[].")}", member["items"] ?? member);
        }
    }

    /// <summary>Of the command's own namespace where there is one of that name.</summary>
    static string AnswerOf(JsonObject channels, string command, string answer)
    {
        var near = $"{command[..command.LastIndexOf('.')]}.{answer}";
        return channels.ContainsKey(near) ? near : channels.Select(channel => channel.Key).First(key => key.EndsWith($".{answer}", StringComparison.Ordinal));
    }

    static string TypeOf(JsonNode member)
    {
        var names = member["type"] is JsonArray several ? several.Select(Text).ToList() : member["type"] is { } one ? [Text(one)] : ["number"];
        names.Remove("null");
        // a decimal may be told as a text
        var name = names.Contains("number") ? "number" : string.Join(" or ", names);
        return member["format"] is { } format ? Text(format) : member["items"] is { } items ? $"list of {TypeOf(items)}" : name;
    }

    static string Link(string key) => $"<a href=\"#{key}\">{key[(key.LastIndexOf('.') + 1)..]}</a>";

    /// <summary>Sentences, with names in backticks.</summary>
    static string Words(JsonNode? node) => node is null ? "" : Name().Replace(Text(node), "<code>$1</code>");

    static string Text(JsonNode? node) => Encoded(node!.GetValue<string>());

    static string Encoded(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Name();
}
