using System.Text.RegularExpressions;

namespace Billing.Notification.Writing;

/// <summary>A subject and a text, ready to send.</summary>
public sealed record Letter(string Subject, string Text);

/// <summary>What came of writing a letter: the letter, or why there is none.</summary>
public sealed record LetterOutcome(Letter? Letter, string? Refusal)
{
    public static LetterOutcome Refused(string because) => new(null, because);
}

/// <summary>The letters by name. A field stands in braces and must have a value: a bill with a hole in it is not sent.</summary>
public static partial class Letters
{
    static readonly Dictionary<string, Letter> ByName = new(StringComparer.Ordinal)
    {
        ["invoice"] = new(
            "Invoice {number} for {period}",
            "Dear {name},\n\nyour invoice {number} for {period}:\n\n{lines}\n\nTotal: {total} {currency}\nCredit used: {credit} {currency}\nTo be paid: {due} {currency}\n"),
        ["receipt"] = new(
            "Receipt for invoice {number}",
            "Dear {name},\n\nthank you: we have received {paid} {currency} for invoice {number} ({period}).\n"),
        ["payment-failed"] = new(
            "Your payment of invoice {number} did not go through",
            "Dear {name},\n\nwe could not collect {due} {currency} for invoice {number} ({period}). We will try again; please look at your payment method.\n"),
        ["account-held"] = new(
            "Your account is on hold",
            "Dear {name},\n\ninvoice {number} ({period}) over {due} {currency} is not paid, so your service is on hold. It goes on within seconds of your payment.\n")
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Writes the letter of that name.</summary>
    public static LetterOutcome Write(string template, IReadOnlyDictionary<string, string> values)
    {
        if (!ByName.TryGetValue(template, out var pattern))
            return LetterOutcome.Refused($"there is no letter '{template}'; there are {string.Join(", ", ByName.Keys)}");
        var missing = Field().Matches(pattern.Subject + pattern.Text).Select(field => field.Groups[1].Value).Distinct().Where(name => !values.ContainsKey(name)).ToList();
        return missing.Count > 0
            ? LetterOutcome.Refused($"the letter '{template}' needs {string.Join(", ", missing)}")
            : new LetterOutcome(new Letter(OneLine(Fill(pattern.Subject, values)), Fill(pattern.Text, values)), null);
    }

    static string Fill(string pattern, IReadOnlyDictionary<string, string> values) => Field().Replace(pattern, field => values[field.Groups[1].Value]);

    // A line end in a subject would begin a header of the sender's choice.
    static string OneLine(string text) => LineEnd().Replace(text, " ");

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Field();

    [GeneratedRegex(@"[\r\n]+")]
    private static partial Regex LineEnd();
}
