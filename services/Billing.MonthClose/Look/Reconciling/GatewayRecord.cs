using System.Runtime.CompilerServices;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Stripe;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>The gateway's own lists, newest first, page by page.</summary>
sealed class GatewayRecord(StripeTransport transport) : IGatewayRecord
{
    /// <summary>Our clock and the gateway's may differ.</summary>
    static readonly TimeSpan ClockMargin = TimeSpan.FromDays(1);

    public async IAsyncEnumerable<Capture> CapturesAsync(string period, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var payment in ListAsync(after => StripeRequests.PaymentsSince(since - ClockMargin, after), cancellationToken))
            if (payment is { Status: "succeeded", Id: { } id, Currency: { } currency, Metadata: { } metadata }
                && metadata.GetValueOrDefault("period") == period && Guid.TryParse(metadata.GetValueOrDefault("charge_id"), out var chargeId))
                yield return new Capture(id, chargeId, payment.Amount, currency, metadata.GetValueOrDefault("account_id") ?? payment.CustomerId ?? "");
    }

    public async IAsyncEnumerable<ForgottenCharge> TakenAsync(
        DateTimeOffset since, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var payment in ListAsync(after => StripeRequests.PaymentsSince(since - ClockMargin, after), cancellationToken))
            if (payment is { Status: "succeeded", Id: { } id, Currency: { } currency, Metadata: { } metadata }
                && Guid.TryParse(metadata.GetValueOrDefault("charge_id"), out var chargeId)
                && (metadata.GetValueOrDefault("account_id") ?? payment.CustomerId) is { Length: > 0 } accountId
                && BillingPeriod.TryParse(metadata.GetValueOrDefault("period") ?? "", out var period))
                yield return new ForgottenCharge
                {
                    GatewayReference = id,
                    ChargeId = chargeId,
                    AccountId = accountId,
                    Period = period.Number,
                    Amount = StripeAmount.ToMajor(payment.Amount, currency),
                    Currency = currency.ToUpperInvariant(),
                    TakenAt = new DateTimeOffset(payment.Created, TimeSpan.Zero),
                    FoundAt = now
                };
    }

    public async IAsyncEnumerable<Refunded> RefundsAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var refund in ListAsync(after => StripeRequests.RefundsSince(since - ClockMargin, after), cancellationToken))
            if (refund is { Status: not ("failed" or "canceled"), Id: { } id, PaymentIntentId: { } paymentId, Currency: { } currency })
                yield return new Refunded(id, Guid.TryParse(refund.Metadata?.GetValueOrDefault("refund_id"), out var refundId) ? refundId : null, paymentId,
                    refund.Amount, currency, refund.Status == "succeeded");
    }

    public async IAsyncEnumerable<Disputed> DisputesAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var dispute in ListAsync(after => StripeRequests.DisputesSince(since - ClockMargin, after), cancellationToken))
            if (dispute.PaymentIntentId is { } paymentId && StripeAnswers.OfDispute(dispute) is { } made)
                yield return new Disputed(made, paymentId);
    }

    async IAsyncEnumerable<T> ListAsync<T>(Func<string?, StripeRequest<StripeList<T>>> write, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IStripeEntity, IHasId
    {
        for (string? after = null; ;)
        {
            var (exchange, _, _) = await transport.SendAsync(write(after), cancellationToken);
            if (exchange.Read<StripeList<T>>() is not { Data: { } data } page)
                throw new HttpRequestException($"a page of the gateway's record cannot be read: {exchange.InWords}");
            foreach (var one in data)
                yield return one;
            if (!page.HasMore || data.Count == 0)
                yield break;
            after = data[^1].Id;
        }
    }
}
