using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Gateway;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Correct.Refunding;

/// <summary>
/// Gives back what the gateway took a second time under one charge: on the way of every refund, so it is asked for until it is known. When the gateway gives
/// nothing back, the money is the customer's credit.
/// </summary>
sealed class SecondCaptures(MonthCloseDbContext db, RefundWriter refunds, LedgerBook ledger, TimeProvider clock)
{
    /// <summary>With what the sender's id of such a refund begins.</summary>
    public const string Sender = "second-capture:";

    /// <param name="chargeId">The charge that was captured twice. Its account's lock is held.</param>
    /// <param name="payment">The second capture, as the gateway has it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="requestedBy">Who says so.</param>
    /// <param name="cancellationToken">Of the caller's transaction.</param>
    /// <returns>False when it was asked for before.</returns>
    public async Task<bool> GiveBackAsync(Guid chargeId, GatewayPayment payment, string reason, string requestedBy, CancellationToken cancellationToken)
    {
        var charge = await db.Charges.AsNoTracking().SingleAsync(charge => charge.ChargeId == chargeId, cancellationToken);
        var now = clock.GetUtcNow();
        var refund = new Refund
        {
            RefundId = Correction.IdOf("refund", Sender + payment.Reference),
            SenderId = Sender + payment.Reference,
            ChargeId = chargeId,
            InvoiceId = charge.InvoiceId,
            AccountId = charge.AccountId,
            Amount = payment.Amount,
            Currency = payment.Currency,
            Reason = reason,
            State = RefundState.Pending,
            ChargeReference = payment.Reference,
            CreatedAt = now
        };
        if (await db.Refunds.AnyAsync(known => known.RefundId == refund.RefundId, cancellationToken))
            return false;
        await ledger.AppendAsync([Posting.OfSecondCapture(refund, now)], cancellationToken);
        await refunds.WriteAsync(refund, requestedBy, cancellationToken);
        return true;
    }
}
