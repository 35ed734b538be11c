using System.Globalization;
using Billing.Views;

namespace Billing.Console.Parts;

/// <summary>Figures as a person reads them.</summary>
public static class Show
{
    public const string None = "–";

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Without its currency, where a column says it.</summary>
    public static string Amount(decimal amount, string currency) => amount.ToString($"N{CurrencyDigits.Of(currency)}", CultureInfo.InvariantCulture);

    public static string Money(decimal amount, string currency) => $"{Amount(amount, currency)} {currency}";

    /// <summary>Currencies side by side, never added; nothing where there is none.</summary>
    public static string Money(IEnumerable<(string Currency, decimal Amount)> money) =>
        string.Join(" + ", money.Where(one => one.Amount != 0).GroupBy(one => one.Currency).OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => Money(one.Sum(part => part.Amount), one.Key))) is { Length: > 0 } text ? text : "nothing";

    public static string Rate(double a) => a.ToString(a < 10 ? "N1" : "N0", CultureInfo.InvariantCulture);

    public static string Share(decimal part, decimal whole) =>
        whole == 0 ? None : (part / whole).ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "\u202f", StringComparison.Ordinal);

    /// <summary>The two largest units, such as <c>2 d 4 h</c> or <c>3 min 12 s</c>.</summary>
    public static string Span(TimeSpan span) => span < TimeSpan.Zero ? "0 s" : span switch
    {
        { TotalDays: >= 1 } => $"{(int)span.TotalDays} d {span.Hours} h",
        { TotalHours: >= 1 } => $"{(int)span.TotalHours} h {span.Minutes} min",
        { TotalMinutes: >= 1 } => $"{(int)span.TotalMinutes} min {span.Seconds} s",
        { TotalSeconds: >= 10 } => $"{(int)span.TotalSeconds} s",
        _ => span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
    };

    /// <summary>A word of several, such as <c>NeedsAttention</c>, as people write it.</summary>
    public static string Words(string name) => string.Concat(name.Select((letter, at) =>
        at > 0 && char.IsUpper(letter) && !char.IsUpper(name[at - 1]) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString()));

    /// <summary>Part of an address: an id may hold any printable character.</summary>
    public static string Path(string id) => id is "." or ".." ? id.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(id);
}
