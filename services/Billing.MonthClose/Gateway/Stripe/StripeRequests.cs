using System.Globalization;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Look.Reconciling;

namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>The requests, word for word. A test holds them against approved text: a byte that changes is a request under the same key that differs.</summary>
static class StripeRequests
{
    /// <summary>As many as Stripe gives on one page.</summary>
    const int PageSize = 100;

    /// <summary>
    /// How much earlier than the charge's own time its payment is looked for: our clock and the gateway's may differ, and a payment that is looked
    /// for in vain is paid twice.
    /// </summary>
    static readonly TimeSpan ClockMargin = TimeSpan.FromDays(1);

    public static HttpRequestMessage Charge(GatewayCharge charge) => Post("v1/payment_intents", charge.ChargeId,
    [
        new("amount", StripeAmount.Of(charge.Amount, charge.Currency).ToString(CultureInfo.InvariantCulture)),
        new("currency", charge.Currency.ToLowerInvariant()),
        new("customer", charge.Customer ?? charge.AccountId),
        new("payment_method", charge.PaymentMethod),
        // every method that needs no visit to another page; without this Stripe wants an address to send the customer back to
        new("automatic_payment_methods[enabled]", "true"),
        new("automatic_payment_methods[allow_redirects]", "never"),
        new("confirm", "true"),
        new("off_session", "true"),
        new("metadata[charge_id]", charge.ChargeId.ToString()),
        new("metadata[account_id]", charge.AccountId),
        new("metadata[period]", charge.Period)
    ]);

    public static HttpRequestMessage Refund(GatewayRefund refund) => Post("v1/refunds", refund.RefundId,
    [
        new("payment_intent", refund.GatewayReference),
        new("amount", StripeAmount.Of(refund.Amount, refund.Currency).ToString(CultureInfo.InvariantCulture)),
        new("metadata[refund_id]", refund.RefundId.ToString()),
        new("metadata[charge_id]", refund.ChargeId.ToString())
    ]);

    public static HttpRequestMessage PaymentsOf(GatewayCharge charge, string? after)
    {
        var since = charge.CreatedAt > DateTimeOffset.UnixEpoch + ClockMargin ? (charge.CreatedAt - ClockMargin).ToUnixTimeSeconds() : 0;
        return Get(string.Create(CultureInfo.InvariantCulture,
            $"v1/payment_intents?customer={Uri.EscapeDataString(charge.Customer ?? charge.AccountId)}&created[gte]={since}&limit={PageSize}{After(after)}"));
    }

    public static HttpRequestMessage PaymentsSince(DateTimeOffset since, string? after) =>
        Get(string.Create(CultureInfo.InvariantCulture,
            $"v1/payment_intents?created[gte]={Math.Max(0, since.ToUnixTimeSeconds())}&limit={PageSize}{After(after)}"));

    public static HttpRequestMessage Search(GatewayCharge charge) =>
        Get($"v1/payment_intents/search?query={Uri.EscapeDataString($"metadata['charge_id']:'{charge.ChargeId}'")}");

    public static HttpRequestMessage Payment(string reference) => Get($"v1/payment_intents/{Uri.EscapeDataString(reference)}");

    public static HttpRequestMessage RefundsOf(GatewayRefund refund, string? after) =>
        Get(string.Create(CultureInfo.InvariantCulture,
            $"v1/refunds?payment_intent={Uri.EscapeDataString(refund.GatewayReference)}&limit={PageSize}{After(after)}"));

    public static HttpRequestMessage RefundsSince(DateTimeOffset since, string? after) =>
        Get(string.Create(CultureInfo.InvariantCulture,
            $"v1/refunds?created[gte]={Math.Max(0, since.ToUnixTimeSeconds())}&limit={PageSize}{After(after)}"));

    static string After(string? id) => id is null ? "" : $"&starting_after={Uri.EscapeDataString(id)}";

    static HttpRequestMessage Post(string path, Guid key, KeyValuePair<string, string>[] form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Add("Idempotency-Key", key.ToString());
        return request;
    }

    static HttpRequestMessage Get(string path) => new(HttpMethod.Get, path);
}
