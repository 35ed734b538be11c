using System.Globalization;
using System.Text.RegularExpressions;

namespace Billing.Contracts;

/// <summary>Instants from outside. One without an offset would depend on the zone of the machine that reads it, so it is refused.</summary>
public static partial class ExactInstant
{
    public const string Expected = "an instant with its offset, such as 2026-10-31T23:30:00Z or 2026-11-01T00:30:00+01:00";

    static readonly string[] Forms =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss 'UTC'", "yyyy-MM-dd"
    ];

    /// <summary>True when the text is an instant and ends with its offset from UTC: <c>Z</c>, <c>+02:00</c>, <c> UTC</c>. It is given in UTC.</summary>
    public static bool TryRead(string? text, out DateTimeOffset instant)
    {
        instant = default;
        return text is not null && SaysOffset(text) && TryReadUtc(text, out instant);
    }

    /// <summary>For a source whose specification says that its instants are in UTC: one without an offset, or a bare day, is.</summary>
    public static bool TryReadUtc(string? text, out DateTimeOffset instant) => DateTimeOffset.TryParseExact(
        text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);

    /// <summary>True when the text has a time of day and ends with an offset.</summary>
    public static bool SaysOffset(string text) => Offset().IsMatch(text);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(Z| UTC|[+-]\d\d:?\d\d)$")]
    private static partial Regex Offset();
}
