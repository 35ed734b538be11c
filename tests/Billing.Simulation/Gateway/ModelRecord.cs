using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Gateway.Stripe;
using Billing.MonthClose.Look.Reconciling;

namespace Billing.Simulation.Gateway;

/// <summary>What the gateway says afterwards of all that it took and gave back. It forgets none of it, and is not away.</summary>
sealed class ModelRecord(ModelGateway gateway) : IGatewayRecord
{
    public IAsyncEnumerable<Capture> CapturesAsync(string period, DateTimeOffset since, CancellationToken cancellationToken) =>
        gateway.Payments.Where(payment => payment.TookMoney && payment.Period == period)
            .Select(payment => new Capture(payment.Reference, payment.ChargeId, Minor(payment.Amount, payment), payment.Currency, payment.AccountId))
            .ToList().ToAsyncEnumerable();

    public IAsyncEnumerable<Refunded> RefundsAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        gateway.Refunds.Where(made => made.GaveMoney)
            .Select(made => new Refunded(made.Reference, made.RefundId, made.Payment.Reference, Minor(made.Amount, made.Payment), made.Payment.Currency, IsGiven: true))
            .ToList().ToAsyncEnumerable();

    public IAsyncEnumerable<Disputed> DisputesAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        gateway.Disputes.Select(made => new Disputed(made.Made, made.Payment.Reference)).ToList().ToAsyncEnumerable();

    public IAsyncEnumerable<ForgottenCharge> TakenAsync(DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No books are brought back here.");

    static long Minor(decimal amount, ModelPayment payment) => StripeAmount.Of(amount, payment.Currency);
}
