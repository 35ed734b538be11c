using Billing.MonthClose.Closing;
using Billing.MonthClose.Money;

namespace Billing.MonthClose.Ledger;

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

    /// <summary>Money that came another way. What is more than owed becomes credit.</summary>
    public static Posting OfPayment(string paymentId, string accountId, string currency, decimal amount, decimal owed, DateTimeOffset at) =>
        OfMoneyIn($"payment:{paymentId}", null, accountId, currency, amount, owed, at);

    public static Posting OfCredit(string creditId, string accountId, string currency, decimal amount, DateTimeOffset at) =>
        new(accountId, $"credit:{creditId}", null, currency, at, (LedgerAccount.CreditGranted, amount), (LedgerAccount.CustomerCredit, -amount));

    static Posting OfMoneyIn(string cause, Guid? invoiceId, string accountId, string currency, decimal amount, decimal owed, DateTimeOffset at)
    {
        var settles = Math.Clamp(owed, 0, amount);
        return new Posting(accountId, cause, invoiceId, currency, at,
            (LedgerAccount.Cash, amount), (LedgerAccount.Receivable, -settles), (LedgerAccount.CustomerCredit, -(amount - settles)));
    }
}
