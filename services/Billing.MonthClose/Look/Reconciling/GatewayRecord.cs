using System.Runtime.CompilerServices;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>What the gateway says it took and gave back: its own lists, newest first, page by page.</summary>
sealed class GatewayRecord(HttpClient http, GatewayTurns turns, IOptions<GatewayOptions> options, TimeProvider clock)
{
    /// <summary>Our clock and the gateway's may differ.</summary>
    static readonly TimeSpan ClockMargin = TimeSpan.FromDays(1);

    /// <param name="period">Payments of this month, as we told the gateway when we asked for them, such as <c>2026-10</c>.</param>
    /// <param name="since">Before this instant, nothing was asked for.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="HttpRequestException">The list cannot be read to its end.</exception>
    public async IAsyncEnumerable<Capture> CapturesAsync(string period, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var payment in ListAsync<StripePayment>(after => StripeRequests.PaymentsSince(since - ClockMargin, after), payment => payment.Id,
            cancellationToken))
            if (payment is { Status: "succeeded", Id: { } id, Amount: { } amount, Currency: { } currency, Metadata: { } metadata }
                && metadata.GetValueOrDefault("period") == period && Guid.TryParse(metadata.GetValueOrDefault("charge_id"), out var chargeId))
                yield return new Capture(id, chargeId, amount, currency, metadata.GetValueOrDefault("account_id") ?? payment.Customer ?? "");
    }

    /// <summary>Those that were given back, and those that are still to be.</summary>
    /// <inheritdoc cref="CapturesAsync"/>
    public async IAsyncEnumerable<Refunded> RefundsAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var refund in ListAsync<StripeRefund>(after => StripeRequests.RefundsSince(since - ClockMargin, after), refund => refund.Id,
            cancellationToken))
            if (refund is { Status: not ("failed" or "canceled"), Id: { } id, PaymentIntent: { } paymentId, Amount: { } amount, Currency: { } currency })
                yield return new Refunded(id, Guid.TryParse(refund.Metadata?.GetValueOrDefault("refund_id"), out var refundId) ? refundId : null, paymentId,
                    amount, currency);
    }

    async IAsyncEnumerable<T> ListAsync<T>(Func<string?, HttpRequestMessage> write, Func<T, string?> id,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? after = null; ;)
        {
            using var request = write(after);
            if (StripeJson.Read<StripePage<T>>(await PageAsync(request, cancellationToken)) is not { Data: { } data } page)
                throw new HttpRequestException("a page of the gateway's record cannot be read");
            foreach (var one in data)
                yield return one;
            if (!page.HasMore || data is [])
                yield break;
            after = id(data[^1]);
        }
    }

    /// <summary>In turn with all other calls, and within the time of each.</summary>
    async Task<byte[]> PageAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync(cancellationToken) ?? throw new HttpRequestException("calls to the gateway are paused");
        using var time = new CancellationTokenSource(options.Value.Timeout, clock);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, time.Token);
        using var response = await http.SendAsync(request, bound.Token);
        var page = await response.Content.ReadAsByteArrayAsync(bound.Token);
        turn.Answered();
        response.EnsureSuccessStatusCode();
        return page;
    }

    /// <param name="Amount">In the currency's minor unit, as the gateway counts it.</param>
    /// <param name="AccountId">Whose it is, as we told the gateway.</param>
    public sealed record Capture(string Id, Guid ChargeId, long Amount, string Currency, string AccountId);

    /// <param name="RefundId">Our own id of it; null for one that was made at the gateway by hand.</param>
    /// <param name="PaymentId">The gateway's id of the payment that is given back.</param>
    /// <param name="Amount">In the currency's minor unit, as the gateway counts it.</param>
    public sealed record Refunded(string Id, Guid? RefundId, string PaymentId, long Amount, string Currency);
}
