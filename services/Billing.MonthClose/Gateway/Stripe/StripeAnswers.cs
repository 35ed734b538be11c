using System.Globalization;
using System.Net;
using Stripe;

namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>What Stripe's answers mean to us. Facts in, an answer with a name out.</summary>
static class StripeAnswers
{
    const int LongestCode = 64;

    /// <summary>The answer to "charge this".</summary>
    public static GatewayAnswer OfCharge(StripeExchange exchange, GatewayCharge charge, bool keyWasBusy) =>
        exchange.Read<PaymentIntent>() is { } payment ? OfPayment(payment, charge) : OfRefusal(exchange, keyWasBusy);

    /// <summary>The answer to "give this back".</summary>
    public static GatewayAnswer OfRefund(StripeExchange exchange, bool keyWasBusy) =>
        exchange.Read<Refund>() is { } refund ? OfRefund(refund) : OfRefusal(exchange, keyWasBusy);

    /// <summary>What a payment that the gateway shows says about our charge.</summary>
    public static GatewayAnswer OfPayment(PaymentIntent payment, GatewayCharge charge)
    {
        if (payment is not { Id.Length: > 0, Status: { } status })
            return new GatewayAnswer.Unknown("the gateway's answer names no payment");
        // The library has 0 for an amount that is not told; a currency is told with every amount.
        if (payment.Currency is { } currency && (payment.Amount != StripeAmount.Of(charge.Amount, charge.Currency)
            || !charge.Currency.Equals(currency, StringComparison.OrdinalIgnoreCase)))
            return new GatewayAnswer.KeyMisused(
                $"{payment.Id} at the gateway is over {payment.Amount.ToString(CultureInfo.InvariantCulture)} {currency} in minor units, our charge over "
                    + $"{charge.Amount} {charge.Currency}");
        return status switch
        {
            "succeeded" => new GatewayAnswer.Succeeded(payment.Id),
            "requires_payment_method" when payment.LastPaymentError is { } error => Declined(error),
            "requires_payment_method" => new GatewayAnswer.Declined(status, Hard: false),
            "canceled" => new GatewayAnswer.Declined(status, Hard: false),
            // Off session nobody is there to act: until the customer does, no try can succeed.
            "requires_action" => new GatewayAnswer.Declined(StripeDeclines.AuthenticationRequired, Hard: true),
            _ => new GatewayAnswer.Unknown($"the gateway says {status}")     // processing, and whatever may come
        };
    }

    public static GatewayAnswer OfRefund(Refund refund) => refund switch
    {
        { Id.Length: > 0, Status: "succeeded" } => new GatewayAnswer.Succeeded(refund.Id),
        { Status: "failed" or "canceled" } => new GatewayAnswer.Declined(Short(refund.FailureReason ?? refund.Status), Hard: true),
        _ => new GatewayAnswer.Unknown($"the gateway says {refund.Status ?? "nothing"}")
    };

    /// <summary>Null for one that gave nothing back.</summary>
    public static MadeRefund? OfMadeRefund(Refund refund) =>
        refund is { Status: "succeeded", Id: { Length: > 0 } id, Currency: { } currency }
            ? new MadeRefund(id, Guid.TryParse(refund.Metadata?.GetValueOrDefault("refund_id"), out var refundId) ? refundId : null,
                StripeAmount.ToMajor(refund.Amount, currency), currency.ToUpperInvariant())
            : null;

    /// <summary>Null for one that cannot be read. The money is gone from the opening on; an inquiry before one, a "warning", takes none.</summary>
    public static MadeDispute? OfDispute(Dispute dispute) =>
        dispute is { Id: { Length: > 0 } id, Status: { } status, Currency: { } currency }
            ? new MadeDispute(id, StripeAmount.ToMajor(dispute.Amount, currency), currency.ToUpperInvariant(),
                IsMoneyGone: status is not ("won" or "prevented") && !status.StartsWith("warning_", StringComparison.Ordinal))
            : null;

    static GatewayAnswer OfRefusal(StripeExchange exchange, bool keyWasBusy)
    {
        switch (exchange)
        {
            case StripeExchange.NeverSent shut:
                return keyWasBusy ? new GatewayAnswer.Unknown($"the key was busy, then {shut.Reason}") : new GatewayAnswer.NeverReached(shut.Reason);
            case StripeExchange.Lost lost:
                return new GatewayAnswer.Unknown(lost.Reason);
            case StripeExchange.Withdrawn:
                return keyWasBusy ? new GatewayAnswer.Unknown("the key was busy, then it was not to be asked for any more") : new GatewayAnswer.NotAsked();
            case StripeExchange.TooLate:
                return new GatewayAnswer.Unknown("it was not asked for in time");
            case StripeExchange.Answered { Status: >= HttpStatusCode.InternalServerError } broken:
                return new GatewayAnswer.Unknown($"answered {(int)broken.Status}");
            case StripeExchange.Answered { Status: HttpStatusCode.Conflict }:
                return new GatewayAnswer.Unknown("the gateway kept saying that another request is at work under the key");
            case StripeExchange.Answered { Status: HttpStatusCode.TooManyRequests }:
                return keyWasBusy ? new GatewayAnswer.Unknown("the key was busy, then the gateway said: later")
                    : new GatewayAnswer.NeverReached("the gateway kept saying: later");
            case StripeExchange.Answered { Status: HttpStatusCode.OK or HttpStatusCode.Created } half:
                return Unreadable(half);
            case StripeExchange.Answered answered:
                return answered.Error switch
                {
                    { Type: "idempotency_error" } error => new GatewayAnswer.KeyMisused(error.Message ?? "the same key with another request"),
                    { Type: "card_error" } error => OfCardError(error),
                    null when answered.Status == HttpStatusCode.PaymentRequired => Unreadable(answered),
                    null => new GatewayAnswer.Misused($"http_{(int)answered.Status}", "the gateway gave no reason"),
                    // A payment method that the gateway no longer knows is the customer's to change; every other bad request is ours.
                    { Code: "resource_missing", Param: "payment_method" } error => new GatewayAnswer.Declined(error.Code, Hard: true),
                    { } error => new GatewayAnswer.Misused(Short(error.Code ?? error.Type ?? $"http_{(int)answered.Status}"), error.Message
                        ?? "the gateway gave no reason")
                };
            default:
                throw new InvalidOperationException($"No road from {exchange}.");
        }
    }

    static GatewayAnswer OfCardError(StripeError error) => error.PaymentIntent switch
    {
        { Status: "succeeded", Id: { Length: > 0 } id } => new GatewayAnswer.Succeeded(id),
        { Status: "processing" } => new GatewayAnswer.Unknown("the gateway says processing"),
        _ => Declined(error)
    };

    static GatewayAnswer.Declined Declined(StripeError error)
    {
        var code = error.DeclineCode ?? error.Code ?? "card_declined";
        return new GatewayAnswer.Declined(Short(code), StripeDeclines.IsHard(code, error.AdviceCode));
    }

    static GatewayAnswer.Unknown Unreadable(StripeExchange.Answered answered) => new($"answered {(int)answered.Status} with a body that cannot be read");

    /// <summary>A code longer than its column must not keep the answer out of the books.</summary>
    static string Short(string code) => code.Length <= LongestCode ? code : code[..LongestCode];
}
