using System.Text.RegularExpressions;
using Billing.Hosting.Logging;
using Billing.Persistence.Personal;
using Billing.Sealing;

namespace Billing.Hosting.Personal;

/// <summary>Finds in free text what identifies a person, also one word of his name and an address that is masked, and strikes it out.</summary>
public sealed partial class Quotes
{
    /// <summary>Shorter texts stand in every sentence, and identify nobody.</summary>
    const int Shortest = 3;

    /// <summary>A shorter word of a name is a word of every sentence, such as Ltd.</summary>
    const int ShortestWord = 4;

    readonly Regex? _any;

    /// <param name="identities">What he is called, or reached or charged by.</param>
    public Quotes(IEnumerable<string> identities)
    {
        string[] told = [.. identities.SelectMany(FormsOf).Select(text => text.Trim())
            .Where(text => text.Length >= Shortest && text != PersonalAttribute.Erased)
            .Distinct(StringComparer.OrdinalIgnoreCase).OrderByDescending(text => text.Length)];
        _any = told.Length == 0 ? null
            : new Regex($@"(?<!\w)(?:{string.Join('|', told.Select(Regex.Escape))})(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(10));
    }

    static IEnumerable<string> FormsOf(string text) =>
        [text, Masked.Email(text), .. text.Contains(' ', StringComparison.Ordinal) ? text.Split(' ').Where(word => word.Length >= ShortestWord) : []];

    public string Out(string text) => _any is null ? text : _any.Replace(text, PersonalAttribute.Erased);

    public bool In(string text) => _any?.IsMatch(text) == true;

    /// <summary>The same in the body of a message, some of which is sealed.</summary>
    public bool InBody(string body, Sealer sealer)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(sealer);
        // as some serializers write it, also in a text in a text
        var plain = body.Replace("\\\\u002B", "+", StringComparison.OrdinalIgnoreCase).Replace("\\u002B", "+", StringComparison.OrdinalIgnoreCase);
        return In(plain) || SealedText().Matches(plain).Any(match => In(Opened(match.Value, sealer)));
    }

    static string Opened(string text, Sealer sealer)
    {
        try
        {
            return sealer.Open(text);
        }
        catch (SealException)
        {
            return "";
        }
    }

    [GeneratedRegex("sealed:v1:[^:\"\\\\\\s]+:[A-Za-z0-9+/=]+")]
    private static partial Regex SealedText();
}
