using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>
/// Brings back what the ledger lost. The caller holds the account's lock. A posting follows from its invoice or charge, so what is missing can be
/// made again exactly; what is there and differs is left to a person.
/// </summary>
sealed class LedgerRepair(MonthCloseDbContext db, IBulkWriter bulk, TimeProvider clock)
{
    public async Task<Posting?> PostingOfInvoiceAsync(Guid invoiceId, CancellationToken cancellationToken) =>
        await db.Invoices.AsNoTracking().SingleOrDefaultAsync(invoice => invoice.InvoiceId == invoiceId, cancellationToken) is { } invoice
            ? Posting.Of(invoice, invoice.IssuedAt)
            : null;

    public async Task<Posting?> PostingOfChargeAsync(Guid chargeId, CancellationToken cancellationToken)
    {
        var charge = await db.Charges.AsNoTracking().SingleOrDefaultAsync(charge => charge.ChargeId == chargeId && charge.State == ChargeState.Succeeded,
            cancellationToken);
        if (charge is null)
            return null;
        var invoice = await db.Invoices.AsNoTracking().SingleAsync(invoice => invoice.InvoiceId == charge.InvoiceId, cancellationToken);
        var byOthers = await db.PaymentAllocations.Where(part => part.InvoiceId == charge.InvoiceId).GroupBy(part => part.IsRecovery)
            .Select(parts => new { parts.Key, Amount = parts.Sum(part => part.Amount) })
            .ToDictionaryAsync(parts => parts.Key, parts => parts.Amount, cancellationToken);
        var recovered = invoice.Recovered - byOthers.GetValueOrDefault(true);
        return Posting.Of(charge, recovered > 0 ? recovered : invoice.AmountPaid - byOthers.GetValueOrDefault(false), charge.AnsweredAt ?? charge.CreatedAt,
            isRecovery: recovered > 0);
    }

    /// <summary>The posting that a transaction's cause says, where it follows from an invoice or a charge.</summary>
    public async Task<Posting?> PostingOfCauseAsync(string cause, CancellationToken cancellationToken) => cause.Split(':') switch
    {
        ["invoice", var id] => await PostingOfInvoiceAsync(Guid.Parse(id), cancellationToken),
        ["charge", var id] => await PostingOfChargeAsync(Guid.Parse(id), cancellationToken),
        _ => null
    };

    /// <summary>Null when an entry that is there says something else than the posting.</summary>
    public async Task<string?> RestoreAsync(Posting posting, CancellationToken cancellationToken)
    {
        var id = posting.Transaction.TransactionId;
        var there = await db.LedgerEntries.AsNoTracking().Where(entry => entry.TransactionId == id).ToListAsync(cancellationToken);
        if (there.Exists(entry => !posting.Entries.Any(mine => mine.Position == entry.Position && mine.Account == entry.Account && mine.Amount == entry.Amount
            && mine.Currency == entry.Currency)))
            return null;
        var month = there is [var first, ..] ? first.Month : await MonthAsync(posting.Transaction, cancellationToken);
        foreach (var entry in posting.Entries)
            entry.Month = month;
        await bulk.InsertNewAsync(db, [posting.Transaction], cancellationToken);
        var missing = await bulk.InsertNewAsync(db, posting.Entries, cancellationToken);
        await BalanceAsync(posting.Transaction.AccountId, cancellationToken);
        return $"{missing.Count} of {posting.Entries.Count} entries of {posting.Transaction.Cause} written again";
    }

    /// <summary>The month from which the transaction was lost; the current one when that month was reconciled without it, and lacks nothing.</summary>
    async Task<int> MonthAsync(LedgerTransaction lost, CancellationToken cancellationToken)
    {
        var month = LedgerMonth.Of(lost.At);
        var then = await db.LedgerSubtotals.Where(subtotal => subtotal.Month == month && subtotal.AccountId == lost.AccountId)
            .Select(subtotal => (int?)subtotal.Entries).SingleOrDefaultAsync(cancellationToken);
        var now = await db.LedgerEntries.CountAsync(entry => entry.Month == month && entry.AccountId == lost.AccountId, cancellationToken);
        return then is null || now < then ? month : LedgerMonth.Of(clock.GetUtcNow());
    }

    /// <summary>Sets the balance to the sum of the account's entries.</summary>
    public async Task<(decimal Owed, decimal Credit)> BalanceAsync(string accountId, CancellationToken cancellationToken)
    {
        var entries = from transaction in db.LedgerTransactions
                      join entry in db.LedgerEntries on transaction.TransactionId equals entry.TransactionId
                      where transaction.AccountId == accountId
                      select entry;
        var owed = await entries.Where(entry => entry.Account == LedgerAccount.Receivable).SumAsync(entry => entry.Amount, cancellationToken);
        var credit = -await entries.Where(entry => entry.Account == LedgerAccount.CustomerCredit).SumAsync(entry => entry.Amount, cancellationToken);
        await db.Balances.Where(balance => balance.AccountId == accountId)
            .ExecuteUpdateAsync(set => set.SetProperty(balance => balance.Owed, owed).SetProperty(balance => balance.Credit, credit), cancellationToken);
        return (owed, credit);
    }
}
