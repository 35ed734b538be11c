using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Ledger;

namespace Billing.MonthClose.Books.Invoices;

/// <summary>What an invoice and the money for it are in the ledger.</summary>
public static class InvoicePostings
{
    extension(Posting)
    {
        /// <summary>
        /// An invoice: what was earned, what was carried over from an earlier one (owed already, so earned no second time), and how much of the
        /// customer's credit it used. A negative total becomes credit. Its tax is not earned: it is owed to the state.
        /// </summary>
        public static Posting Of(Invoice invoice, DateTimeOffset at) => Posting.Balanced(Cause("invoice", invoice), at, Sides(invoice));

        /// <summary>An invoice taken back: its own entries, turned round.</summary>
        public static Posting OfVoid(Invoice invoice, DateTimeOffset at) =>
            Posting.Balanced(Cause("void", invoice), at, [.. Sides(invoice).Select(side => (side.Account, -side.Amount))]);

        /// <summary>What is still open of an invoice is given up.</summary>
        public static Posting OfWriteOff(Invoice invoice, Money open, DateTimeOffset at) =>
            Posting.Balanced(Cause("write-off", invoice), at, (LedgerAccount.BadDebt, open), (LedgerAccount.Receivable, -open));

        /// <summary>Credit that pays an invoice after it was issued.</summary>
        public static Posting OfCreditUse(Guid applicationId, Invoice invoice, Money used, DateTimeOffset at) =>
            Posting.Balanced(new LedgerCause($"credit-use:{applicationId}", invoice.AccountId, invoice.InvoiceId), at,
                (LedgerAccount.CustomerCredit, used), (LedgerAccount.Receivable, -used));

        /// <summary>Money that came another way than by a charge.</summary>
        public static Posting Of(string paymentId, string accountId, PaymentSpread spread, DateTimeOffset at) =>
            Posting.OfMoneyIn(new LedgerCause(Posting.PaymentCause(paymentId), accountId), spread.Amount, spread.Settles, spread.Recovered, at);
    }

    static LedgerCause Cause(string fact, Invoice invoice) =>
        new($"{fact}:{invoice.InvoiceId}", invoice.AccountId, invoice.InvoiceId) { IsOfInvoiceAlone = true };

    static (string Account, Money Amount)[] Sides(Invoice invoice)
    {
        var total = new Money(invoice.Total, invoice.Currency);
        var carried = total.With(invoice.Carried);
        var credit = total.With(invoice.CreditApplied);
        var tax = total.With(invoice.Tax);
        var asked = total - carried;
        return total.Amount < 0
            ? [(LedgerAccount.Receivable, -carried), (LedgerAccount.CustomerCredit, total), (LedgerAccount.Revenue, tax - asked),
                (LedgerAccount.TaxPayable, -tax)]
            : [(LedgerAccount.Receivable, asked - credit), (LedgerAccount.CustomerCredit, credit), (LedgerAccount.Revenue, tax - asked),
                (LedgerAccount.TaxPayable, -tax)];
    }
}
