using System.Runtime.CompilerServices;
using Billing.MonthClose.Charging.Stripe;

namespace Billing.MonthClose.Reconciling;

/// <summary>What the gateway says it took: its own list of payments, newest first, page by page.</summary>
sealed class GatewayRecord(HttpClient http)
{
    /// <summary>Our clock and the gateway's may differ.</summary>
    static readonly TimeSpan ClockMargin = TimeSpan.FromDays(1);

    /// <param name="period">Payments of this month, as we told the gateway when we asked for them, such as <c>2026-10</c>.</param>
    /// <param name="since">Before this instant, nothing was asked for.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="HttpRequestException">The list cannot be read to its end.</exception>
    public async IAsyncEnumerable<Capture> CapturesAsync(string period, DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? after = null; ;)
        {
            using var response = await http.SendAsync(StripeRequests.PaymentsSince(since - ClockMargin, after), cancellationToken);
            response.EnsureSuccessStatusCode();
            var page = StripeJson.Read<StripePage<StripePayment>>(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            if (page?.Data is not { } payments)
                throw new HttpRequestException("a page of the gateway's payments cannot be read");
            foreach (var payment in payments)
                if (payment is { Status: "succeeded", Id: { } id, Amount: { } amount, Currency: { } currency, Metadata: { } metadata }
                    && metadata.GetValueOrDefault("period") == period && Guid.TryParse(metadata.GetValueOrDefault("charge_id"), out var chargeId))
                    yield return new Capture(id, chargeId, amount, currency, payment.Customer ?? "");
            if (!page.HasMore || payments is [])
                yield break;
            after = payments[^1].Id;
        }
    }

    /// <param name="Amount">In the currency's minor unit, as the gateway counts it.</param>
    public sealed record Capture(string Id, Guid ChargeId, long Amount, string Currency, string Customer);
}
