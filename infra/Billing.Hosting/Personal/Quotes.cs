using System.Text.RegularExpressions;
using Billing.Persistence.Personal;

namespace Billing.Hosting.Personal;

/// <summary>Strikes out of free text what identifies a person.</summary>
sealed class Quotes
{
    /// <summary>Shorter texts stand in every sentence, and identify nobody.</summary>
    const int Shortest = 3;

    readonly Regex? _any;

    /// <param name="identities">What he is called, or reached or charged by.</param>
    public Quotes(IEnumerable<string> identities)
    {
        string[] told = [.. identities.Select(text => text.Trim()).Where(text => text.Length >= Shortest && text != PersonalAttribute.Erased)
            .Distinct(StringComparer.OrdinalIgnoreCase).OrderByDescending(text => text.Length)];
        _any = told.Length == 0 ? null
            : new Regex($@"(?<!\w)(?:{string.Join('|', told.Select(Regex.Escape))})(?!\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(10));
    }

    public string Out(string text) => _any is null ? text : _any.Replace(text, PersonalAttribute.Erased);

    public bool In(string text) => _any?.IsMatch(text) == true;
}
