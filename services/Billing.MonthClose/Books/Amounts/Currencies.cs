namespace Billing.MonthClose.Books.Amounts;

/// <summary>The currencies of ISO 4217 and the number of decimals of each (its minor unit).</summary>
/// <remarks>Source: ISO 4217 list one, active codes. Codes without a minor unit (metals, test codes) are left out: nobody is billed in them.</remarks>
public static class Currencies
{
    static readonly Dictionary<string, int> Decimals = Parse(
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (2, """
            AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK
            DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK
            LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
            RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST
            XCD XCG YER ZAR ZMW ZWG
            """),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"));

    public static bool IsKnown(string? code) => code is not null && Decimals.ContainsKey(code);

    /// <summary>Decimals of the minor unit: JPY 0, USD 2, KWD 3.</summary>
    /// <exception cref="ArgumentException">The code is not an active one of ISO 4217.</exception>
    public static int DecimalsOf(string code) =>
        Decimals.TryGetValue(code, out var decimals) ? decimals
        : throw new ArgumentException($"\"{code}\" is no ISO 4217 currency; expected three capital letters such as USD.", nameof(code));

    /// <summary>Rounds half away from zero to the currency's minor unit. The one place where money is rounded, once for each line.</summary>
    public static decimal Round(decimal amount, string code) =>
        Math.Round(amount, DecimalsOf(code), MidpointRounding.AwayFromZero);

    /// <summary>True when the amount has no more decimals than the currency.</summary>
    public static bool IsWhole(decimal amount, string code) => Round(amount, code) == amount;

    /// <summary>The amount in minor units, as gateways want it: 12.34 USD is 1234, 12 JPY is 12, 1.234 KWD is 1234.</summary>
    /// <exception cref="ArgumentException">The amount has more decimals than the currency.</exception>
    public static long ToMinor(decimal amount, string code) =>
        IsWhole(amount, code) ? (long)(amount * Scale(DecimalsOf(code)))
        : throw new ArgumentException($"{amount} {code} has more decimals than the currency; it was not rounded before.", nameof(amount));

    /// <summary>The amount in the major unit.</summary>
    public static decimal FromMinor(long minor, string code) => minor / Scale(DecimalsOf(code));

    /// <summary>The amount as people write it: <c>10.00 USD</c>, <c>10 JPY</c>.</summary>
    public static string Text(decimal amount, string code) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{amount.ToString("F" + DecimalsOf(code), System.Globalization.CultureInfo.InvariantCulture)} {code}");

    static decimal Scale(int decimals) => decimals switch { 0 => 1m, 2 => 100m, 3 => 1000m, _ => 10000m };

    static Dictionary<string, int> Parse(params (int Decimals, string Codes)[] rows) =>
        rows.SelectMany(row => row.Codes.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), (row, code) => (code, row.Decimals))
            .ToDictionary(pair => pair.code, pair => pair.Decimals);
}
