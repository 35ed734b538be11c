using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>What the gateway says it took and gave back.</summary>
interface IGatewayRecord
{
    /// <param name="period">Payments of this month, as we told the gateway when we asked for them, such as <c>2026-10</c>.</param>
    /// <param name="since">Before this instant, nothing was asked for.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="HttpRequestException">The record cannot be read to its end.</exception>
    IAsyncEnumerable<Capture> CapturesAsync(string period, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Every payment of ours that was taken, whichever month it is of.</summary>
    /// <inheritdoc cref="CapturesAsync"/>
    IAsyncEnumerable<ForgottenCharge> TakenAsync(DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Those that were given back, and those that are still to be.</summary>
    /// <inheritdoc cref="CapturesAsync"/>
    IAsyncEnumerable<Refunded> RefundsAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Payments that customers' banks took back, and those that they gave again.</summary>
    /// <inheritdoc cref="CapturesAsync"/>
    IAsyncEnumerable<Disputed> DisputesAsync(DateTimeOffset since, CancellationToken cancellationToken);
}

/// <param name="Amount">In the currency's minor unit, as the gateway counts it.</param>
/// <param name="AccountId">Whose it is, as we told the gateway.</param>
sealed record Capture(string Id, Guid ChargeId, long Amount, string Currency, string AccountId)
{
    /// <summary>The same as who asks for one payment is told it.</summary>
    public GatewayPayment Payment => new(Id, StripeAmount.ToMajor(Amount, Currency), Currency.ToUpperInvariant(), ChargeId);
}

/// <param name="RefundId">Our own id of it; null for one that was made at the gateway by hand.</param>
/// <param name="PaymentId">The gateway's id of the payment that is given back.</param>
/// <param name="Amount">In the currency's minor unit, as the gateway counts it.</param>
/// <param name="IsGiven">False for one that is still to be given, and may fail.</param>
sealed record Refunded(string Id, Guid? RefundId, string PaymentId, long Amount, string Currency, bool IsGiven)
{
    /// <summary>The same as who asks what of one payment went back is told it.</summary>
    public MadeRefund Made => new(Id, RefundId, StripeAmount.ToMajor(Amount, Currency), Currency.ToUpperInvariant());
}

/// <param name="PaymentId">The gateway's id of the payment.</param>
sealed record Disputed(MadeDispute Dispute, string PaymentId);
