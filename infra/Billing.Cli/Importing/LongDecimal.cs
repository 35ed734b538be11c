using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Billing.Cli.Importing;

/// <summary>A decimal number of any length and exponent, as FOCUS allows them, kept to the last digit.</summary>
/// <param name="Digits">Without zeros at the end.</param>
/// <param name="Exponent">The power of ten that they are multiplied by.</param>
public readonly partial record struct LongDecimal(BigInteger Digits, int Exponent)
{
    public const string Expected = "a number such as 12.5 or 1.25e-7";

    /// <summary>Beyond it nothing is left of a number, or it is larger than all money.</summary>
    const int FarthestExponent = 1_000_000;

    /// <summary>More than a spreadsheet or a provider writes; each further one would cost time.</summary>
    const int MostDigits = 1000;

    public static LongDecimal? Read(string text)
    {
        if (text.Length > MostDigits || Form().Match(text) is not { Success: true } match)
            return null;
        var (whole, part) = (match.Groups["whole"].Value, match.Groups["part"].Value);
        var digits = BigInteger.Parse(match.Groups["sign"].Value + whole + part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var told = match.Groups["exponent"].Value;
        var exponent = told.Length == 0 ? BigInteger.Zero : BigInteger.Parse(told, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return Short(digits, (int)BigInteger.Max(-FarthestExponent, BigInteger.Min(FarthestExponent, exponent)) - part.Length);
    }

    /// <summary>Half away from zero.</summary>
    /// <returns>Null when it is too large for a decimal.</returns>
    public decimal? RoundedTo(int decimals)
    {
        var places = Digits.IsZero ? 0 : CountOf(Digits);
        if (places + Exponent > 28)
            return null;
        if (Digits.IsZero || places + Exponent < -decimals)
            return 0;
        var units = Exponent >= -decimals ? Digits * BigInteger.Pow(10, Exponent + decimals) : Rounded(Digits, -decimals - Exponent);
        var whole = BigInteger.DivRem(units, BigInteger.Pow(10, decimals), out var rest);
        return BigInteger.Abs(units) <= (BigInteger)decimal.MaxValue ? (decimal)units / (decimal)BigInteger.Pow(10, decimals)
            : (decimal)whole + ((decimal)rest / (decimal)BigInteger.Pow(10, decimals));
    }

    /// <summary>One text for one number, however it was written: by as many digits as every spreadsheet keeps.</summary>
    public string Canonical(int significantDigits)
    {
        var excess = CountOf(Digits) - significantDigits;
        var kept = excess > 0 ? Short(Rounded(Digits, excess), Exponent + excess) : this;
        return string.Create(CultureInfo.InvariantCulture, $"{kept.Digits}e{kept.Exponent}");
    }

    static int CountOf(BigInteger digits) => BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture).Length;

    static BigInteger Rounded(BigInteger digits, int cut)
    {
        var power = BigInteger.Pow(10, cut);
        var quotient = BigInteger.DivRem(digits, power, out var rest);
        return 2 * BigInteger.Abs(rest) >= power ? quotient + digits.Sign : quotient;
    }

    static LongDecimal Short(BigInteger digits, int exponent)
    {
        if (digits.IsZero)
            return new(digits, 0);
        while (BigInteger.Remainder(digits, 10).IsZero)
            (digits, exponent) = (digits / 10, exponent + 1);
        return new(digits, exponent);
    }

    [GeneratedRegex(@"\A(?<sign>[+-]?)(?=\.?[0-9])(?<whole>[0-9]*)\.?(?<part>[0-9]*)(?:[eE](?<exponent>[+-]?[0-9]+))?\z")]
    private static partial Regex Form();
}
