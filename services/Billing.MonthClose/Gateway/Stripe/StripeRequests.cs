using Stripe;

namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>One request to Stripe, written once and sent as often as its sender tries.</summary>
delegate Task<T> StripeRequest<T>(V1Services stripe, CancellationToken cancellationToken);

/// <summary>
/// What is asked for. A test holds the bytes that Stripe's library makes of it against approved text: a byte that changes is a request under the same
/// key that differs.
/// </summary>
static class StripeRequests
{
    /// <summary>As many as Stripe gives on one page.</summary>
    const int PageSize = 100;

    /// <summary>
    /// How much earlier than the charge's own time its payment is looked for: our clock and the gateway's may differ, and a payment that is looked
    /// for in vain is paid twice.
    /// </summary>
    static readonly TimeSpan ClockMargin = TimeSpan.FromDays(1);

    public static StripeRequest<PaymentIntent> Charge(GatewayCharge charge)
    {
        var payment = new PaymentIntentCreateOptions
        {
            Amount = StripeAmount.Of(charge.Amount, charge.Currency),
            Currency = charge.Currency.ToLowerInvariant(),
            Customer = charge.Customer ?? charge.AccountId,
            PaymentMethod = charge.PaymentMethod,
            // every method that needs no visit to another page; without this Stripe wants an address to send the customer back to
            AutomaticPaymentMethods = new() { Enabled = true, AllowRedirects = "never" },
            Confirm = true,
            OffSession = true,
            Metadata = new() { ["charge_id"] = $"{charge.ChargeId}", ["account_id"] = charge.AccountId, ["period"] = charge.Period }
        };
        return (stripe, stopping) => stripe.PaymentIntents.CreateAsync(payment, Under(charge.ChargeId), stopping);
    }

    public static StripeRequest<Refund> Refund(GatewayRefund refund)
    {
        var back = new RefundCreateOptions
        {
            PaymentIntent = refund.GatewayReference,
            Amount = StripeAmount.Of(refund.Amount, refund.Currency),
            Metadata = new() { ["refund_id"] = $"{refund.RefundId}", ["charge_id"] = $"{refund.ChargeId}" }
        };
        return (stripe, stopping) => stripe.Refunds.CreateAsync(back, Under(refund.RefundId), stopping);
    }

    public static StripeRequest<StripeList<PaymentIntent>> PaymentsOf(GatewayCharge charge, string? after)
    {
        var since = charge.CreatedAt > DateTimeOffset.UnixEpoch + ClockMargin ? charge.CreatedAt - ClockMargin : DateTimeOffset.UnixEpoch;
        var page = new PaymentIntentListOptions
        {
            Customer = charge.Customer ?? charge.AccountId,
            Created = From(since),
            Limit = PageSize,
            StartingAfter = after
        };
        return (stripe, stopping) => stripe.PaymentIntents.ListAsync(page, cancellationToken: stopping);
    }

    public static StripeRequest<StripeList<PaymentIntent>> PaymentsSince(DateTimeOffset since, string? after)
    {
        var page = new PaymentIntentListOptions { Created = From(since), Limit = PageSize, StartingAfter = after };
        return (stripe, stopping) => stripe.PaymentIntents.ListAsync(page, cancellationToken: stopping);
    }

    public static StripeRequest<StripeSearchResult<PaymentIntent>> Search(GatewayCharge charge)
    {
        var query = new PaymentIntentSearchOptions { Query = $"metadata['charge_id']:'{charge.ChargeId}'" };
        return (stripe, stopping) => stripe.PaymentIntents.SearchAsync(query, cancellationToken: stopping);
    }

    public static StripeRequest<PaymentIntent> Payment(string reference) =>
        (stripe, stopping) => stripe.PaymentIntents.GetAsync(reference, cancellationToken: stopping);

    public static StripeRequest<StripeList<Refund>> RefundsOf(string payment, string? after)
    {
        var page = new RefundListOptions { PaymentIntent = payment, Limit = PageSize, StartingAfter = after };
        return (stripe, stopping) => stripe.Refunds.ListAsync(page, cancellationToken: stopping);
    }

    public static StripeRequest<StripeList<Refund>> RefundsSince(DateTimeOffset since, string? after)
    {
        var page = new RefundListOptions { Created = From(since), Limit = PageSize, StartingAfter = after };
        return (stripe, stopping) => stripe.Refunds.ListAsync(page, cancellationToken: stopping);
    }

    public static StripeRequest<StripeList<Dispute>> DisputesOf(string payment, string? after)
    {
        var page = new DisputeListOptions { PaymentIntent = payment, Limit = PageSize, StartingAfter = after };
        return (stripe, stopping) => stripe.Disputes.ListAsync(page, cancellationToken: stopping);
    }

    public static StripeRequest<StripeList<Dispute>> DisputesSince(DateTimeOffset since, string? after)
    {
        var page = new DisputeListOptions { Created = From(since), Limit = PageSize, StartingAfter = after };
        return (stripe, stopping) => stripe.Disputes.ListAsync(page, cancellationToken: stopping);
    }

    static DateRangeOptions From(DateTimeOffset since) =>
        new() { GreaterThanOrEqual = (since > DateTimeOffset.UnixEpoch ? since : DateTimeOffset.UnixEpoch).UtcDateTime };

    static RequestOptions Under(Guid key) => new() { IdempotencyKey = key.ToString() };
}
