using System.Net;
using Stripe;

namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>Stripe's PaymentIntents and Refunds, and any gateway that speaks as they do.</summary>
sealed class StripeGateway(StripeTransport transport) : IPaymentGateway
{
    public async Task<GatewayAnswer> ChargeAsync(GatewayCharge charge, CancellationToken cancellationToken)
    {
        var (exchange, tries, busy) = await transport.SendAsync(StripeRequests.Charge(charge), cancellationToken, charge.AskUntil, charge.MayAsk);
        return StripeAnswers.OfCharge(exchange, charge, busy) with { Trace = Trace(exchange, tries) };
    }

    public async Task<GatewayAnswer> RefundAsync(GatewayRefund refund, CancellationToken cancellationToken)
    {
        var (exchange, tries, busy) = await transport.SendAsync(StripeRequests.Refund(refund), cancellationToken);
        return StripeAnswers.OfRefund(exchange, busy) with { Trace = Trace(exchange, tries) };
    }

    /// <remarks>
    /// Stripe's search is behind by up to a minute, by an hour when things go badly, and its documentation forbids it for reading what was just
    /// written. Its lists are not behind. So the customer's payments are listed and gone through for our id; the search is asked only when the
    /// list does not have it, for a payment that was moved to another customer, and what it finds is read again. It is "no" when both say so; how old
    /// a charge must be for that to be believed is the caller's to judge: <see cref="GatewayOptions.NotFoundIsBelievedAfter"/>.
    /// </remarks>
    public async Task<GatewayAnswer?> FindAsync(GatewayCharge charge, CancellationToken cancellationToken)
    {
        var listed = await FindOnPagesAsync(after => StripeRequests.PaymentsOf(charge, after), payment => payment.Metadata, "charge_id", charge.ChargeId,
            "the list of payments", cancellationToken);
        if (listed.Found is { } found)
            return StripeAnswers.OfPayment(found, charge) with { Trace = listed.Trace };
        if (listed.Failure is { } failure)
            return failure;

        var search = await GetAsync(StripeRequests.Search(charge), "the search", cancellationToken);
        if (search.Body?.Data is not { } seen)
            return search.Failure;
        if (seen is [{ Id: { Length: > 0 } reference }, ..])
        {
            var payment = await GetAsync(StripeRequests.Payment(reference), "the payment", cancellationToken);
            return payment.Body is { } now ? StripeAnswers.OfPayment(now, charge) with { Trace = payment.Trace } : payment.Failure;
        }

        return null;
    }

    public async Task<GatewayAnswer?> FindRefundAsync(GatewayRefund refund, CancellationToken cancellationToken)
    {
        var listed = await FindOnPagesAsync(after => StripeRequests.RefundsOf(refund.GatewayReference, after), one => one.Metadata, "refund_id",
            refund.RefundId, "the list of refunds", cancellationToken);
        return listed.Found is { } found ? StripeAnswers.OfRefund(found) with { Trace = listed.Trace } : listed.Failure;
    }

    public async Task<MoneyBack?> FindMoneyBackAsync(string reference, CancellationToken cancellationToken)
    {
        var refunds = await ReadPagesAsync(after => StripeRequests.RefundsOf(reference, after), cancellationToken);
        var disputes = await ReadPagesAsync(after => StripeRequests.DisputesOf(reference, after), cancellationToken);
        return refunds is null || disputes is null ? null
            : new MoneyBack([.. refunds.Select(StripeAnswers.OfMadeRefund).OfType<MadeRefund>()],
                [.. disputes.Select(StripeAnswers.OfDispute).OfType<MadeDispute>()]);
    }

    public async Task<GatewayPayment?> FindPaymentAsync(string reference, CancellationToken cancellationToken)
    {
        var payment = await GetAsync(StripeRequests.Payment(reference), "the payment", cancellationToken);
        return payment.Body is { Id: { Length: > 0 } id, Status: "succeeded", Currency: { } currency } taken
            ? new GatewayPayment(id, StripeAmount.ToMajor(taken.Amount, currency), currency.ToUpperInvariant(),
                Guid.TryParse(taken.Metadata?.GetValueOrDefault("charge_id"), out var chargeId) ? chargeId : null)
            : null;
    }

    /// <returns>All of a list; null when a page of it cannot be read.</returns>
    async Task<IReadOnlyList<T>?> ReadPagesAsync<T>(Func<string?, StripeRequest<StripeList<T>>> write, CancellationToken cancellationToken)
        where T : class, IStripeEntity, IHasId
    {
        var all = new List<T>();
        for (string? after = null; ;)
        {
            if ((await GetAsync(write(after), "the list", cancellationToken)).Body is not { Data: { } some } page)
                return null;
            all.AddRange(some);
            if (!page.HasMore || some.Count == 0)
                return all;
            after = some[^1].Id;
        }
    }

    /// <returns>What bears our id, or why a page could not be read; neither when every page was read in vain.</returns>
    async Task<(T? Found, GatewayAnswer? Failure, GatewayTrace? Trace)> FindOnPagesAsync<T>(
        Func<string?, StripeRequest<StripeList<T>>> write, Func<T, IDictionary<string, string>?> metadata, string key, Guid id, string what,
        CancellationToken cancellationToken)
        where T : class, IStripeEntity, IHasId
    {
        var text = id.ToString();
        for (string? after = null; ;)
        {
            var page = await GetAsync(write(after), what, cancellationToken);
            if (page.Body?.Data is not { } some)
                return (null, page.Failure, page.Trace);
            if (some.FirstOrDefault(one => metadata(one) is { } told && told.TryGetValue(key, out var value) && value == text) is { } found)
                return (found, null, page.Trace);
            if (!page.Body.HasMore || some.Count == 0)
                return (null, null, page.Trace);
            after = some[^1].Id;
        }
    }

    async Task<(T? Body, GatewayAnswer Failure, GatewayTrace Trace)> GetAsync<T>(StripeRequest<T> request, string what, CancellationToken cancellationToken)
        where T : class, IStripeEntity
    {
        var (exchange, tries, _) = await transport.SendAsync(request, cancellationToken);
        var trace = Trace(exchange, tries);
        var isUnreadable = exchange is StripeExchange.Answered { Status: HttpStatusCode.OK };
        var failure = new GatewayAnswer.Unknown(isUnreadable ? $"{what} cannot be read" : $"{what}: {exchange.InWords}") { Trace = trace };
        return (exchange.Read<T>(), failure, trace);
    }

    static GatewayTrace Trace(StripeExchange exchange, int tries) =>
        exchange is StripeExchange.Answered answered ? new GatewayTrace((int)answered.Status, answered.RequestId, tries) : new GatewayTrace(null, null, tries);
}
