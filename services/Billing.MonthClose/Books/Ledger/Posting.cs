using Billing.Hosting.Identity;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;

namespace Billing.MonthClose.Books.Ledger;

/// <summary>Which fact a set of entries records. The same cause twice is the same transaction, so no fact is booked twice.</summary>
/// <param name="Text">The kind of fact and its id: <c>charge:018f…</c>.</param>
/// <param name="AccountId">Whose books.</param>
/// <param name="InvoiceId">The invoice that it is about, if it is about one.</param>
public readonly record struct LedgerCause(string Text, string AccountId, Guid? InvoiceId = null)
{
    /// <summary>
    /// True when this fact can never be one of another invoice. Its transaction begins as the invoice's id does, with the month: what is booked in one month
    /// stands together.
    /// </summary>
    public bool IsOfInvoiceAlone { get; init; }

    /// <summary>Follows from the cause: the same cause has the same, whenever it is booked.</summary>
    public Guid TransactionId =>
        IsOfInvoiceAlone && InvoiceId is { } invoice ? DeterministicGuid.Of(Text, DeterministicGuid.BeginningOf(invoice)) : DeterministicGuid.Of(Text);
}

/// <summary>One fact as balanced entries, before it is written. How a fact becomes entries stands beside its record: <c>Posting.Of(invoice, at)</c>.</summary>
public sealed class Posting
{
    Posting(LedgerTransaction transaction, IReadOnlyList<LedgerEntry> entries) => (Transaction, Entries) = (transaction, entries);

    public LedgerTransaction Transaction { get; }
    public IReadOnlyList<LedgerEntry> Entries { get; }

    public decimal OwedChange => Entries.Where(entry => entry.Account == LedgerAccount.Receivable).Sum(entry => entry.Amount);
    public decimal CreditChange => -Entries.Where(entry => entry.Account == LedgerAccount.CustomerCredit).Sum(entry => entry.Amount);

    /// <summary>The fact as entries, one for each side that is not zero.</summary>
    /// <param name="cause">The fact.</param>
    /// <param name="at">When it was booked.</param>
    /// <param name="sides">Ledger account and signed amount; they add up to zero.</param>
    /// <exception cref="InvalidOperationException">An amount has more decimals than its currency, two currencies meet, or the sides are out of
    /// balance.</exception>
    public static Posting Balanced(LedgerCause cause, DateTimeOffset at, params ReadOnlySpan<(string Account, Money Amount)> sides)
    {
        var transactionId = cause.TransactionId;
        var entries = new List<LedgerEntry>(sides.Length);
        var sum = Money.Zero(sides[0].Amount.Currency);
        foreach (var (account, money) in sides)
        {
            if (!money.IsWhole)
                throw new InvalidOperationException($"{cause.Text}: {money.Amount} {money.Currency} on {account} has more decimals than the currency.");
            sum += money;
            if (money.Amount != 0)
                entries.Add(new LedgerEntry
                {
                    TransactionId = transactionId,
                    Position = entries.Count + 1,
                    Account = account,
                    AccountId = cause.AccountId,
                    Currency = money.Currency,
                    Amount = money.Amount
                });
        }

        if (sum.Amount != 0)
            throw new InvalidOperationException($"{cause.Text} is out of balance by {sum}.");
        return new Posting(new LedgerTransaction
        {
            TransactionId = transactionId,
            AccountId = cause.AccountId,
            Cause = cause.Text,
            InvoiceId = cause.InvoiceId,
            Currency = sum.Currency,
            At = at
        }, entries);
    }

    public static Guid IdOfPayment(string paymentId) => DeterministicGuid.Of(PaymentCause(paymentId));

    public static string PaymentCause(string paymentId) => $"payment:{paymentId}";

    /// <summary>Credit that is granted and that nobody paid for.</summary>
    public static Posting OfCredit(string creditId, string accountId, Money amount, DateTimeOffset at) =>
        Balanced(new LedgerCause($"credit:{creditId}", accountId), at, (LedgerAccount.CreditGranted, amount), (LedgerAccount.CustomerCredit, -amount));

    /// <summary>Granted credit that is taken back.</summary>
    public static Posting OfRevocation(Guid revocationId, string accountId, Money amount, DateTimeOffset at) =>
        Balanced(new LedgerCause($"revocation:{revocationId}", accountId), at, (LedgerAccount.CustomerCredit, amount), (LedgerAccount.CreditGranted, -amount));

    /// <summary>Money that came in: what settles a debt, what was written off and is recovered, and the rest, which becomes credit.</summary>
    public static Posting OfMoneyIn(LedgerCause cause, Money amount, Money settles, Money recovered, DateTimeOffset at) =>
        Balanced(cause, at, (LedgerAccount.Cash, amount), (LedgerAccount.Receivable, -settles), (LedgerAccount.Recovered, -recovered),
            (LedgerAccount.CustomerCredit, -(amount - settles - recovered)));
}
