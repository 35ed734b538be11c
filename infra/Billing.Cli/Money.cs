using System.Globalization;

namespace Billing.Cli;

/// <summary>Amounts as a person reads them.</summary>
static class Money
{
    public static string Text(decimal amount, string currency) => $"{Amount(amount, currency)} {currency}";

    /// <summary>Without its currency, where a column says it.</summary>
    public static string Amount(decimal amount, string currency) => amount.ToString($"N{Decimals(currency)}", CultureInfo.InvariantCulture);

    /// <summary>Currencies side by side, never added.</summary>
    public static string Text(IEnumerable<(string Currency, decimal Amount)> amounts) =>
        string.Join(" + ", amounts.OrderBy(money => money.Currency, StringComparer.Ordinal).Select(money => Text(money.Amount, money.Currency)))
            is { Length: > 0 } text ? text : "nothing";

    static int Decimals(string currency) => currency switch
    {
        "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "UYI"
            or "VND" or "VUV" or "XAF" or "XOF" or "XPF" => 0,
        "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
        _ => 2
    };
}
