using Billing.MonthClose.Books.Amounts;

namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>
/// Amounts as Stripe counts them: the minor unit of ISO 4217, but for three currencies (<c>docs.stripe.com/currencies</c>). A króna and a Ugandan
/// shilling are told in hundredths though they have none; an ariary is told whole.
/// </summary>
/// <remarks>
/// Of the currencies with three decimals Stripe's card networks take only amounts that end in 0; another one it refuses with a reason, and the
/// account is parked with it.
/// </remarks>
public static class StripeAmount
{
    public static long Of(decimal amount, string currency) => currency switch
    {
        "ISK" or "UGX" => Currencies.ToMinor(amount, currency) * 100,
        "MGA" => amount == decimal.Truncate(amount) ? (long)amount : throw new ArgumentException($"{amount} MGA: Stripe takes whole ariary only.",
            nameof(amount)),
        _ => Currencies.ToMinor(amount, currency)
    };
}
