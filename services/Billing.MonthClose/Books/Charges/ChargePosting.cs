using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Ledger;

namespace Billing.MonthClose.Books.Charges;

/// <summary>What a charge is in the ledger.</summary>
public static class ChargePosting
{
    extension(Posting)
    {
        /// <summary>Money that the gateway took for one invoice. What is more than it settles becomes credit; other invoices stay as they are.</summary>
        /// <param name="charge">The charge that succeeded.</param>
        /// <param name="settles">How much of the invoice is open, in the major unit.</param>
        /// <param name="at">When it was booked.</param>
        public static Posting Of(Charge charge, decimal settles, DateTimeOffset at)
        {
            var amount = new Money(charge.Amount, charge.Currency);
            return Posting.OfMoneyIn(new LedgerCause($"charge:{charge.ChargeId}", charge.AccountId, charge.InvoiceId), amount,
                amount.With(Math.Clamp(settles, 0, charge.Amount)), Money.Zero(charge.Currency), at);
        }
    }
}
