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

        /// <summary>
        /// A person gave it back at the gateway. It stands with what is given back by another way than ours, where a credit note with <c>outside</c> meets it.
        /// </summary>
        public static Posting OfRefundAtGateway(Refund refund, DateTimeOffset at) =>
            Move("refund-at-gateway", refund, LedgerAccount.PaidOutside, LedgerAccount.Cash, at);

        /// <summary>Money that the gateway took once more of the same charge came in, and is to go back at once.</summary>
        public static Posting OfSecondCapture(Refund refund, DateTimeOffset at) =>
            Move("second-capture", refund, LedgerAccount.Cash, LedgerAccount.RefundsDue, at);

        /// <summary>The customer's bank took it back, or gave it again.</summary>
        public static Posting Of(Dispute dispute, DateTimeOffset at)
        {
            var (isGone, amount) = (dispute.State == DisputeState.Withdrawn, new Money(dispute.Amount, dispute.Currency));
            var (from, to) = isGone ? (LedgerAccount.Disputed, LedgerAccount.Cash) : (LedgerAccount.Cash, LedgerAccount.Disputed);
            return Posting.Balanced(new LedgerCause($"{(isGone ? "dispute" : "dispute-won")}:{dispute.DisputeId}", dispute.AccountId, dispute.InvoiceId), at,
                (from, amount), (to, -amount));
        }
    }

    static Posting Move(string fact, Refund refund, string from, string to, DateTimeOffset at)
    {
        var amount = new Money(refund.Amount, refund.Currency);
        return Posting.Balanced(new LedgerCause($"{fact}:{refund.RefundId}", refund.AccountId, refund.InvoiceId), at, (from, amount), (to, -amount));
    }
}
