using System.Globalization;
using Billing.Views;

namespace Billing.Cli;

/// <summary>Amounts as a person reads them.</summary>
static class Money
{
    public static string Text(decimal amount, string currency) => $"{Amount(amount, currency)} {currency}";

    /// <summary>Without its currency, where a column says it.</summary>
    public static string Amount(decimal amount, string currency) => amount.ToString($"N{CurrencyDigits.Of(currency)}", CultureInfo.InvariantCulture);

    /// <summary>Currencies side by side, never added.</summary>
    public static string Text(IEnumerable<(string Currency, decimal Amount)> amounts) =>
        string.Join(" + ", amounts.OrderBy(money => money.Currency, StringComparer.Ordinal).Select(money => Text(money.Amount, money.Currency)))
            is { Length: > 0 } text ? text : "nothing";
}
