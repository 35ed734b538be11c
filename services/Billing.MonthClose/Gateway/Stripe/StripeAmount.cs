using Billing.MonthClose.Books.Amounts;

namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>Amounts as Stripe counts them: the minor unit of ISO 4217, but for the currencies in this table (<c>docs.stripe.com/currencies</c>).</summary>
public static class StripeAmount
{
    /// <param name="PerUnit">How many of Stripe's units make one of the major unit.</param>
    /// <param name="Step">Stripe's amount is a multiple of it.</param>
    readonly record struct Unit(int PerUnit, int Step);

    static readonly Dictionary<string, Unit> Others = new()
    {
        // told in hundredths, though they have none
        ["ISK"] = new(100, 100),
        ["UGX"] = new(100, 100),
        // told whole, though ISO 4217 gives it two decimals
        ["MGA"] = new(1, 1),
        // told in thousandths, of which the card networks take tens: the last digit is 0
        ["BHD"] = new(1000, 10),
        ["JOD"] = new(1000, 10),
        ["KWD"] = new(1000, 10),
        ["OMR"] = new(1000, 10),
        ["TND"] = new(1000, 10)
        // HUF and TWD have steps for payouts only; a charge in them is told in hundredths, as ISO 4217 has it.
    };

    /// <summary>
    /// The smallest amount of the currency that can be told to Stripe, in the major unit; every amount is a multiple of it. An invoice is rounded to it.
    /// </summary>
    public static decimal StepOf(string currency) => UnitOf(currency).Step / (decimal)UnitOf(currency).PerUnit;

    /// <param name="amount">In the major unit.</param>
    /// <exception cref="ArgumentException">The amount is no multiple of the currency's step. Nobody comes here with one: its charge is not made.</exception>
    public static long Of(decimal amount, string currency) =>
        amount % StepOf(currency) == 0
            ? (long)(amount * UnitOf(currency).PerUnit)
            : throw new ArgumentException($"{amount} {currency} cannot be told to Stripe, which takes multiples of {StepOf(currency)}.", nameof(amount));

    /// <returns>In the major unit.</returns>
    /// <param name="told">As Stripe counts it.</param>
    /// <param name="currency">ISO 4217, in whichever case.</param>
    public static decimal ToMajor(long told, string currency) => told / (decimal)UnitOf(currency.ToUpperInvariant()).PerUnit;

    static Unit UnitOf(string currency) => Others.TryGetValue(currency, out var other) ? other : new Unit((int)Currencies.ToMinor(1, currency), 1);
}
