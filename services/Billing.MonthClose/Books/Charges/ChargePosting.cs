using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Ledger;

namespace Billing.MonthClose.Books.Charges;

/// <summary>What a charge is in the ledger.</summary>
public static class ChargePosting
{
    extension(Posting)
    {
        /// <summary>The cause of what a charge is in the ledger.</summary>
        public static string CauseOf(Charge charge) => $"charge:{charge.ChargeId}";

        /// <summary>Money that the gateway took for one invoice. What is more than it settles becomes credit; other invoices stay as they are.</summary>
        /// <param name="charge">The charge that succeeded.</param>
        /// <param name="settles">How much of the invoice is open, in the major unit.</param>
        /// <param name="at">When it was booked.</param>
        /// <param name="isRecovery">The invoice had been written off: the debt is gone already, and what comes in is a recovery.</param>
        public static Posting Of(Charge charge, decimal settles, DateTimeOffset at, bool isRecovery = false)
        {
            var amount = new Money(charge.Amount, charge.Currency);
            var (settled, none) = (amount.With(Math.Clamp(settles, 0, charge.Amount)), Money.Zero(charge.Currency));
            return Posting.OfMoneyIn(new LedgerCause(Posting.CauseOf(charge), charge.AccountId, charge.InvoiceId) { IsOfInvoiceAlone = true }, amount,
                isRecovery ? none : settled, isRecovery ? settled : none, at);
        }
    }
}
