using System.Globalization;

namespace Billing.Cli.Importing;

/// <summary>Reads a number without losing a digit; what a decimal cannot hold exactly is refused, not rounded.</summary>
public static class ExactDecimal
{
    public const string Expected = "a number such as 12.5 or 1.25e-7, with at most 28 significant digits and 28 decimals, from -7.9e28 to 7.9e28";

    const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static bool TryRead(ReadOnlySpan<char> text, out decimal value) =>
        decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && IsExact(text, value);

    // Parsing rounds silently past 28 digits or decimals, so the digits of the text are held against those of the value.
    static bool IsExact(ReadOnlySpan<char> text, decimal value)
    {
        var exponentAt = text.IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        if (exponentAt < 0 && text.Length <= 28)
            return true;
        if (mantissa.IndexOfAnyInRange('1', '9') < 0)
            return true;
        var exponent = 0;
        if (exponentAt >= 0 && !int.TryParse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            return false;       // so many decimals that nothing is left
        var point = mantissa.IndexOf('.');
        var lastDigit = mantissa.LastIndexOfAnyInRange('1', '9');
        var firstDigit = mantissa.IndexOfAnyInRange('1', '9');
        var significant = lastDigit - firstDigit + 1 - (point > firstDigit && point < lastDigit ? 1 : 0);
        var decimals = (point >= 0 && lastDigit > point ? lastDigit - point : 0) - exponent;
        return value != 0 && significant <= 28 && decimals <= 28;
    }
}
