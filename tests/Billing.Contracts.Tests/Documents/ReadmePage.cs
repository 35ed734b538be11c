using System.Text;
using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Contracts.Tests.Documents;

/// <summary>
/// <c>contracts/README.md</c>: what is written by hand in <c>texts.md</c>, with what the contracts and their services know better. A command's section there is
/// its exchange, some words, a body to paste, and a line <c>See:</c>. Without words of its own it has those of the contract's comment.
/// </summary>
static partial class ReadmePage
{
    public static string Write()
    {
        var texts = File.ReadAllText(ReadmeExamples.PathOf("contracts/texts.md"));
        var commands = Command().Replace(texts, match => WriteCommand(
            Contract.All.Single(contract => contract.Exchange == match.Groups["exchange"].Value),
            match.Groups["words"].Value.Trim(), match.Groups["body"].Value, match.Groups["see"].Value));
        return Placeholder().Replace(commands, match => match.Groups["what"].Value switch
        {
            "events" => Events(match.Groups["rest"].Value),
            "values" => Values(match.Groups["rest"].Value.Split(' ')),
            _ => Words()
        });
    }

    static string WriteCommand(Contract contract, string words, string body, string see)
    {
        if (words.Length == 0)
            words = $"{XmlDocs.SummaryOf(contract.Type)} {XmlDocs.RemarksOf(contract.Type)}".Trim();
        var page = new StringBuilder().AppendLine(Invariant, $"### {contract.Exchange}\n\n{words}\n\n```json\n{body}```\n");
        if (XmlDocs.AnswersOf(contract.Type).Where(answer => !words.Contains($"`{answer}`", StringComparison.Ordinal)).ToList() is { Count: > 0 } answers)
            page.AppendLine(Invariant, $"- Answered by {string.Join(", ", answers.Select(answer => $"`{answer}`"))}.");
        return page.AppendLine(Invariant, $"- To see it: {see}.").Append(Invariant, $"- A bad one waits in `{Queues.Of(contract.Type)}_error`.").ToString();
    }

    static string Events(string owner) => $"### What {owner} says\n\n| event | when |\n|---|---|\n" + string.Join('\n', AsyncApi.Messages
        .Where(contract => !contract.IsCommand && contract.Exchange.StartsWith($"Billing.Contracts.{owner}.", StringComparison.Ordinal))
        .Select(contract => $"| `{contract.Type.Name}` | {XmlDocs.SummaryOf(contract.Type)} |"));

    static string Values(string[] place) => "| word | meaning |\n|---|---|\n" + string.Join('\n',
        SourceDocs.ValuesOf(place[0], place[1]).Select(value => $"| `{value.Value}` | {value.Meaning} |"));

    static string Words() => "| contract | member | words |\n|---|---|---|\n" + string.Join('\n',
        from contract in Contract.All.Where(contract => !contract.Type.IsEnum)
        from member in Contract.Members(contract.Type)
        where member.PropertyType == typeof(string) || member.PropertyType == typeof(string[])
        where XmlDocs.SummaryOf(member)?.Contains("such as", StringComparison.Ordinal) == false     // else they are but some of many
        let words = XmlDocs.WordsOf(member).Where(word => Word().IsMatch(word)).ToList()
        where words.Count > 1
        select $"| `{contract.Type.Name}` | `{Contract.JsonName(member)}` | {string.Join(", ", words.Select(word => $"`{word}`"))} |");

    static readonly IFormatProvider Invariant = System.Globalization.CultureInfo.InvariantCulture;

    [GeneratedRegex(
        @"^### (?<exchange>Billing\.Contracts\.\S+)\n(?<words>(?:(?!^###).*\n)*?)```json\n(?<body>[\s\S]*?)```\n\nSee: (?<see>.*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"^\{\{(?<what>\w+) ?(?<rest>.*)\}\}$", RegexOptions.Multiline)]
    private static partial Regex Placeholder();

    [GeneratedRegex("^[A-Za-z_]+$")]
    private static partial Regex Word();
}
