using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Ledger;

namespace Billing.MonthClose.Books.Refunds;

/// <summary>What a refund is in the ledger, from its promise to its end.</summary>
public static class RefundPostings
{
    extension(Posting)
    {
        /// <summary>Money that is to go back out of the customer's credit: set apart, so that nothing else uses it meanwhile.</summary>
        public static Posting Of(Refund refund, DateTimeOffset at) => Move("refund", refund, LedgerAccount.CustomerCredit, LedgerAccount.RefundsDue, at);

        /// <summary>The gateway gave it back.</summary>
        public static Posting OfPaid(Refund refund, DateTimeOffset at) => Move("refund-paid", refund, LedgerAccount.RefundsDue, LedgerAccount.Cash, at);

        /// <summary>The gateway did not: what was promised is the customer's credit.</summary>
        public static Posting OfFailed(Refund refund, DateTimeOffset at) =>
            Move("refund-failed", refund, LedgerAccount.RefundsDue, LedgerAccount.CustomerCredit, at);
    }

    static Posting Move(string fact, Refund refund, string from, string to, DateTimeOffset at)
    {
        var amount = new Money(refund.Amount, refund.Currency);
        return Posting.Balanced(new LedgerCause($"{fact}:{refund.RefundId}", refund.AccountId, refund.InvoiceId), at, (from, amount), (to, -amount));
    }
}
