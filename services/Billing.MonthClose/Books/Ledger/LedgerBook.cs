using Billing.MonthClose.Books.Amounts;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Books.Ledger;

/// <summary>Appends to the books. The caller holds the lock of every account that it books for, and owns the transaction.</summary>
public sealed class LedgerBook(MonthCloseDbContext db, IBulkWriter bulk, TimeProvider clock)
{
    /// <summary>Takes the one lock of each account, always in the same order, and reads where they stand.</summary>
    public async Task<Dictionary<string, AccountBalance>> LockAsync(IReadOnlyCollection<string> accountIds, CancellationToken cancellationToken) =>
        await db.Balances.Where(balance => accountIds.Contains(balance.AccountId)).OrderBy(balance => balance.AccountId)
            .AsNoTracking().ForUpdate().ToDictionaryAsync(balance => balance.AccountId, cancellationToken);

    /// <summary>What is booked under a transaction's id: the ledger never forgets, unlike the inbox. Null when nothing is.</summary>
    public async Task<BookedMoney?> FindAsync(Guid transactionId, CancellationToken cancellationToken) =>
        await (from transaction in db.LedgerTransactions.AsNoTracking()
               where transaction.TransactionId == transactionId
               select new BookedMoney(transaction.AccountId, new Money(db.LedgerEntries
                   .Where(entry => entry.TransactionId == transactionId && entry.Amount > 0).Sum(entry => entry.Amount), transaction.Currency), transaction.At))
            .SingleOrDefaultAsync(cancellationToken);

    /// <summary>Writes transactions, entries and balances together.</summary>
    public async Task AppendAsync(IReadOnlyCollection<Posting> postings, CancellationToken cancellationToken)
    {
        var written = postings.Where(posting => posting.Entries.Count > 0).ToList();
        if (written.Count == 0)
            return;
        await bulk.InsertAsync(db, written.ConvertAll(posting => posting.Transaction), cancellationToken);
        var entries = written.SelectMany(posting => posting.Entries).ToList();
        var month = LedgerMonth.Of(clock.GetUtcNow());
        entries.ForEach(entry => entry.Month = month);
        await bulk.InsertAsync(db, entries, cancellationToken);
        var changes = written
            .GroupBy(posting => posting.Transaction.AccountId)
            .Select(account => new AccountBalance
            {
                AccountId = account.Key,
                Currency = account.First().Transaction.Currency,
                Owed = account.Sum(posting => posting.OwedChange),
                Credit = account.Sum(posting => posting.CreditChange)
            })
            .Where(change => change.Owed != 0 || change.Credit != 0)
            .OrderBy(change => change.AccountId, StringComparer.Ordinal)
            .ToList();
        if (changes.Count > 0)
            await bulk.AddUpAsync(db, changes, balance => new { balance.Owed, balance.Credit }, cancellationToken);
    }
}

/// <summary>Money that is in the ledger.</summary>
/// <param name="AccountId">Whose it is.</param>
/// <param name="Amount">The sum of the debits, which is that of the credits.</param>
/// <param name="At">When it was booked.</param>
public sealed record BookedMoney(string AccountId, Money Amount, DateTimeOffset At);
