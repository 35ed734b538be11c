using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Identity;

namespace Billing.MonthClose.Books.Ledger;

/// <summary>One fact as balanced entries, before it is written.</summary>
public sealed class Posting
{
    Posting(string accountId, string cause, Guid? invoiceId, string currency, DateTimeOffset at, params ReadOnlySpan<(string Account, decimal Amount)> sides)
    {
        Transaction = new LedgerTransaction
        {
            TransactionId = DeterministicGuid.Of(cause),
            AccountId = accountId,
            Cause = cause,
            InvoiceId = invoiceId,
            Currency = currency,
            At = at
        };
        var entries = new List<LedgerEntry>(sides.Length);
        foreach (var (account, amount) in sides)
        {
            if (!Currencies.IsWhole(amount, currency))
                throw new InvalidOperationException($"{cause}: {amount} {currency} on {account} has more decimals than the currency.");
            if (amount != 0)
                entries.Add(new LedgerEntry
                {
                    TransactionId = Transaction.TransactionId,
                    Position = entries.Count + 1,
                    Account = account,
                    AccountId = accountId,
                    Currency = currency,
                    Amount = amount
                });
        }

        var sum = entries.Sum(entry => entry.Amount);
        if (sum != 0)
            throw new InvalidOperationException($"{cause} is out of balance by {sum} {currency}.");
        Entries = entries;
    }

    public LedgerTransaction Transaction { get; }
    public IReadOnlyList<LedgerEntry> Entries { get; }

    public decimal OwedChange => Entries.Where(entry => entry.Account == LedgerAccount.Receivable).Sum(entry => entry.Amount);
    public decimal CreditChange => -Entries.Where(entry => entry.Account == LedgerAccount.CustomerCredit).Sum(entry => entry.Amount);

    /// <summary>
    /// An invoice: what was earned, what was carried over from an earlier one (owed already, so earned no second time), and how much of the
    /// customer's credit it used. A negative total becomes credit.
    /// </summary>
    public static Posting OfInvoice(Guid invoiceId, string accountId, string currency, decimal earned, decimal carried, decimal creditUsed, DateTimeOffset at) =>
        earned + carried < 0
            ? new Posting(accountId, $"invoice:{invoiceId}", invoiceId, currency, at,
                (LedgerAccount.Receivable, -carried), (LedgerAccount.CustomerCredit, earned + carried), (LedgerAccount.Revenue, -earned))
            : new Posting(accountId, $"invoice:{invoiceId}", invoiceId, currency, at,
                (LedgerAccount.Receivable, earned - creditUsed), (LedgerAccount.CustomerCredit, creditUsed), (LedgerAccount.Revenue, -earned));

    /// <summary>Money that the gateway took for one invoice. What is more than its open amount becomes credit; other invoices stay as they are.</summary>
    public static Posting OfCharge(Guid chargeId, Guid invoiceId, string accountId, string currency, decimal amount, decimal open, DateTimeOffset at) =>
        OfMoneyIn($"charge:{chargeId}", invoiceId, accountId, currency, amount, open, at);

    public static Guid IdOfPayment(string paymentId) => DeterministicGuid.Of($"payment:{paymentId}");

    /// <summary>Money that came another way. What is more than owed becomes credit, but for what had been written off: that is recovered.</summary>
    public static Posting OfPayment(string paymentId, string accountId, string currency, decimal amount, decimal owed, DateTimeOffset at, decimal recovered = 0) =>
        OfMoneyIn($"payment:{paymentId}", null, accountId, currency, amount, owed, at, recovered);

    public static Posting OfCredit(string creditId, string accountId, string currency, decimal amount, DateTimeOffset at) =>
        new(accountId, $"credit:{creditId}", null, currency, at, (LedgerAccount.CreditGranted, amount), (LedgerAccount.CustomerCredit, -amount));

    /// <summary>A credit note: what it takes back, off the open amount first, and where the rest goes.</summary>
    public static Posting OfCreditNote(
        Guid creditNoteId, Guid invoiceId, string accountId, string currency, decimal reduced, decimal refund, decimal credit, decimal outside, DateTimeOffset at) =>
        new(accountId, $"credit-note:{creditNoteId}", invoiceId, currency, at,
            (LedgerAccount.CreditNotes, reduced + refund + credit + outside), (LedgerAccount.Receivable, -reduced), (LedgerAccount.RefundsDue, -refund),
            (LedgerAccount.CustomerCredit, -credit), (LedgerAccount.PaidOutside, -outside));

    /// <summary>Money that is to go back out of the customer's credit: set apart, so that nothing else uses it meanwhile.</summary>
    public static Posting OfRefund(Guid refundId, Guid invoiceId, string accountId, string currency, decimal amount, DateTimeOffset at) =>
        new(accountId, $"refund:{refundId}", invoiceId, currency, at, (LedgerAccount.CustomerCredit, amount), (LedgerAccount.RefundsDue, -amount));

    /// <summary>The gateway gave it back.</summary>
    public static Posting OfRefundPaid(Guid refundId, Guid invoiceId, string accountId, string currency, decimal amount, DateTimeOffset at) =>
        new(accountId, $"refund-paid:{refundId}", invoiceId, currency, at, (LedgerAccount.RefundsDue, amount), (LedgerAccount.Cash, -amount));

    /// <summary>The gateway did not: what was promised is the customer's credit.</summary>
    public static Posting OfRefundFailed(Guid refundId, Guid invoiceId, string accountId, string currency, decimal amount, DateTimeOffset at) =>
        new(accountId, $"refund-failed:{refundId}", invoiceId, currency, at, (LedgerAccount.RefundsDue, amount), (LedgerAccount.CustomerCredit, -amount));

    /// <summary>An invoice taken back: its own entries, turned round.</summary>
    public static Posting OfVoid(Guid invoiceId, string accountId, string currency, decimal earned, decimal carried, decimal creditUsed, DateTimeOffset at) =>
        new(accountId, $"void:{invoiceId}", invoiceId, currency, at,
            [.. OfInvoice(invoiceId, accountId, currency, earned, carried, creditUsed, at).Entries.Select(entry => (entry.Account, -entry.Amount))]);

    public static Posting OfWriteOff(Guid invoiceId, string accountId, string currency, decimal open, DateTimeOffset at) =>
        new(accountId, $"write-off:{invoiceId}", invoiceId, currency, at, (LedgerAccount.BadDebt, open), (LedgerAccount.Receivable, -open));

    /// <summary>Credit that pays an invoice after it was issued.</summary>
    public static Posting OfCreditUse(Guid applicationId, Guid invoiceId, string accountId, string currency, decimal amount, DateTimeOffset at) =>
        new(accountId, $"credit-use:{applicationId}", invoiceId, currency, at, (LedgerAccount.CustomerCredit, amount), (LedgerAccount.Receivable, -amount));

    public static Posting OfRevocation(Guid revocationId, string accountId, string currency, decimal amount, DateTimeOffset at) =>
        new(accountId, $"revocation:{revocationId}", null, currency, at, (LedgerAccount.CustomerCredit, amount), (LedgerAccount.CreditGranted, -amount));

    static Posting OfMoneyIn(string cause, Guid? invoiceId, string accountId, string currency, decimal amount, decimal owed, DateTimeOffset at, decimal recovered = 0)
    {
        var settles = Math.Clamp(owed, 0, amount - recovered);
        return new Posting(accountId, cause, invoiceId, currency, at,
            (LedgerAccount.Cash, amount), (LedgerAccount.Receivable, -settles), (LedgerAccount.Recovered, -recovered),
            (LedgerAccount.CustomerCredit, -(amount - settles - recovered)));
    }
}
