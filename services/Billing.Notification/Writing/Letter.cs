using System.Text.RegularExpressions;

namespace Billing.Notification.Writing;

/// <summary>A subject and a text, ready to send; the same once more as HTML, for those who see it that way.</summary>
public sealed record Letter(string Subject, string Text, string? Html = null);

/// <summary>What came of writing a letter: the letter, or why there is none.</summary>
public sealed record LetterOutcome(Letter? Letter, string? Refusal);

/// <summary>
/// The letters by name, from the files in <c>Templates/</c>: the subject, an empty line, the text. A field stands in
/// braces and must have a value: a bill with a hole in it is not sent.
/// </summary>
public static partial class Letters
{
    static readonly Dictionary<string, (Pattern Subject, Pattern Text, string[] Fields)> ByName =
        new[]
        {
            "invoice", "receipt", "payment-failed", "payment-retry", "payment-last-try", "payment-method-needed", "account-held", "hold-lifted",
            "credit-note", "refund"
        }.ToDictionary(name => name, Load, StringComparer.Ordinal);

    /// <summary>Why this letter cannot be written, or null when it can.</summary>
    public static string? Refusal(string template, IReadOnlyDictionary<string, string>? values)
    {
        if (!ByName.TryGetValue(template, out var letter))
            return $"Template is \"{template}\"; expected one of {string.Join(", ", ByName.Keys)}.";
        var missing = letter.Fields.Where(field => values?.GetValueOrDefault(field) is null).Select(field => $"Values.{field} is missing; expected a value.");
        return string.Join(' ', missing) is { Length: > 0 } reasons ? reasons : null;
    }

    /// <summary>Writes the letter of that name.</summary>
    public static LetterOutcome Write(string template, IReadOnlyDictionary<string, string> values)
    {
        if (Refusal(template, values) is { } refusal)
            return new LetterOutcome(null, refusal);
        var letter = ByName[template];
        return new LetterOutcome(new Letter(OneLine(letter.Subject.Fill(values)), letter.Text.Fill(values)), null);
    }

    /// <summary>A line end in a subject would begin a header of the sender's choice.</summary>
    public static string OneLine(string text) => LineEnd().Replace(text, " ");

    static (Pattern, Pattern, string[]) Load(string name)
    {
        using var file = new StreamReader(typeof(Letters).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"Templates/{name}.txt is not in the program."));
        var parts = file.ReadToEnd().ReplaceLineEndings("\n").Split("\n\n", 2);
        var (subject, text) = (new Pattern(parts[0]), new Pattern(parts[1]));
        return (subject, text, [.. subject.Fields.Union(text.Fields)]);
    }

    [GeneratedRegex(@"[\r\n]+")]
    private static partial Regex LineEnd();
}
