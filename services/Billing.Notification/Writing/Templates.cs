using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Billing.Notification.Writing;

/// <summary>A subject and a text, ready to send; the same once more as HTML, for those who see it that way.</summary>
public sealed record MessageContent(string Subject, string Text, string? Html = null);

/// <summary>What came of filling in a template: subject and texts, or why there are none.</summary>
public sealed record TemplateOutcome(MessageContent? Content, string? Refusal);

/// <summary>
/// The templates by name, from the files in <c>Templates/</c>: the subject, an empty line, the text; the same as HTML beside it. A field stands in braces and
/// must have a value: a bill with a hole in it is not sent.
/// </summary>
public static partial class Templates
{
    /// <summary>Characters beyond ASCII may stay as they are; what has a meaning in HTML may not.</summary>
    static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    static readonly string Frame = Read("frame.html");

    static readonly Dictionary<string, (Pattern Subject, Pattern Text, Pattern Html, string[] Fields)> ByName =
        new[]
        {
            "invoice", "receipt", "payment-failed", "payment-retry", "payment-last-try", "payment-reminder", "payment-last-reminder",
            "payment-method-needed", "account-held", "hold-lifted",
            "credit-note", "refund", "payment-credited", "seats-near-limit", "seats-overage"
        }.ToDictionary(name => name, Load, StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>What the template of that name must be told; null when there is no such template.</summary>
    public static IReadOnlyCollection<string>? FieldsOf(string template) => ByName.TryGetValue(template, out var found) ? found.Fields : null;

    /// <summary>Why this template cannot be filled in, or null when it can.</summary>
    public static string? Refusal(string template, IReadOnlyDictionary<string, string>? values)
    {
        if (!ByName.TryGetValue(template, out var found))
            return $"Template is \"{template}\"; expected one of {string.Join(", ", ByName.Keys)}.";
        var missing = found.Fields.Where(field => values?.GetValueOrDefault(field) is null).Select(field => $"Values.{field} is missing; expected a value.");
        return string.Join(' ', missing) is { Length: > 0 } reasons ? reasons : null;
    }

    /// <summary>Fills in the template of that name.</summary>
    public static TemplateOutcome Write(string template, IReadOnlyDictionary<string, string> values)
    {
        if (Refusal(template, values) is { } refusal)
            return new TemplateOutcome(null, refusal);
        var found = ByName[template];
        return new TemplateOutcome(new MessageContent(OneLine(found.Subject.Fill(values)), found.Text.Fill(values), found.Html.Fill(values)), null);
    }

    /// <summary>A line end in a subject would begin a header of the sender's choice.</summary>
    public static string OneLine(string text) => LineEnd().Replace(text, " ");

    static (Pattern, Pattern, Pattern, string[]) Load(string name)
    {
        var parts = Read($"{name}.txt").Split("\n\n", 2);
        var (subject, text) = (new Pattern(parts[0]), new Pattern(parts[1]));
        var html = new Pattern(Frame.Replace("{subject}", parts[0], StringComparison.Ordinal)
            .Replace("{body}", Read($"{name}.html").TrimEnd(), StringComparison.Ordinal), Html.Encode);
        return (subject, text, html, [.. subject.Fields.Union(text.Fields).Union(html.Fields)]);
    }

    static string Read(string file)
    {
        using var reader = new StreamReader(typeof(Templates).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"Templates/{file} is not in the program."));
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"[\r\n]+")]
    private static partial Regex LineEnd();
}
