using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;

namespace Billing.MonthClose.Correct.Corrections;

/// <summary>What a credit note is in the ledger.</summary>
public static class CreditNotePosting
{
    extension(Posting)
    {
        /// <summary>What the note takes back, its tax by itself: off the open amount first, and where the rest goes.</summary>
        public static Posting Of(CreditNote note, DateTimeOffset at)
        {
            var reduced = new Money(note.Reduced, note.Currency);
            var tax = reduced.With(note.Tax);
            var (refund, credit, outside) = (reduced.With(note.Refund), reduced.With(note.AccountCredit), reduced.With(note.Outside));
            return Posting.Balanced(new LedgerCause($"credit-note:{note.CreditNoteId}", note.AccountId, note.InvoiceId), at,
                (LedgerAccount.CreditNotes, reduced + refund + credit + outside - tax), (LedgerAccount.TaxPayable, tax),
                (LedgerAccount.Receivable, -reduced), (LedgerAccount.RefundsDue, -refund), (LedgerAccount.CustomerCredit, -credit),
                (LedgerAccount.PaidOutside, -outside));
        }
    }
}
