using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>The rows that a scope is about. Nothing is tracked: a check reads, and a repair writes with guards.</summary>
static class ScopeQueries
{
    public static IQueryable<Invoice> InvoicesOf(this MonthCloseDbContext db, Scope scope)
    {
        var invoices = db.Invoices.AsNoTracking().Where(invoice => invoice.RunId == scope.RunId);
        return scope.AccountId is { } account ? invoices.Where(invoice => invoice.AccountId == account) : invoices;
    }

    public static IQueryable<Charge> ChargesOf(this MonthCloseDbContext db, Scope scope) =>
        from charge in db.Charges.AsNoTracking()
        join invoice in db.InvoicesOf(scope) on charge.InvoiceId equals invoice.InvoiceId
        select charge;

    public static IQueryable<Refund> RefundsOf(this MonthCloseDbContext db, Scope scope) =>
        from refund in db.Refunds.AsNoTracking()
        join invoice in db.InvoicesOf(scope) on refund.InvoiceId equals invoice.InvoiceId
        select refund;

    public static IQueryable<AccountClose> ClosesOf(this MonthCloseDbContext db, Scope scope)
    {
        var closes = db.AccountCloses.AsNoTracking().Where(close => close.RunId == scope.RunId);
        return scope.AccountId is { } account ? closes.Where(close => close.AccountId == account) : closes;
    }

    /// <summary>The transactions of the scope's accounts, whatever they are about.</summary>
    public static IQueryable<LedgerTransaction> TransactionsOf(this MonthCloseDbContext db, Scope scope) =>
        scope.AccountId is { } account
            ? db.LedgerTransactions.AsNoTracking().Where(transaction => transaction.AccountId == account)
            : db.LedgerTransactions.AsNoTracking().Where(transaction =>
                db.AccountCloses.Any(close => close.RunId == scope.RunId && close.AccountId == transaction.AccountId));

    /// <summary>Every entry of the scope's accounts, from the first on: it costs what all periods cost.</summary>
    public static IQueryable<LedgerEntry> EntriesOf(this MonthCloseDbContext db, Scope scope) =>
        from transaction in db.TransactionsOf(scope)
        join entry in db.LedgerEntries.AsNoTracking() on transaction.TransactionId equals entry.TransactionId
        select entry;

    /// <inheritdoc cref="EntriesOf(MonthCloseDbContext, Scope)"/>
    public static IQueryable<LedgerEntry> EntriesOf(this MonthCloseDbContext db, IReadOnlyCollection<string> accounts) =>
        from transaction in db.LedgerTransactions.AsNoTracking()
        where accounts.Contains(transaction.AccountId)
        join entry in db.LedgerEntries.AsNoTracking() on transaction.TransactionId equals entry.TransactionId
        select entry;

    /// <summary>Accounts that are added up from their first entry on: they have no subtotal, as new ones, or their entries are not in order.</summary>
    public static Task<List<string>> WithoutSubtotalAsync(this MonthCloseDbContext db, Scope scope, CancellationToken cancellationToken) =>
        db.ClosesOf(scope).Where(close => !db.LedgerSubtotals.Any(one => one.Month == scope.Through && one.AccountId == close.AccountId)
                || db.Drifts.Any(drift => drift.AccountId == close.AccountId && drift.EndedAt == null && DriftClass.OfEntries.Contains(drift.Class)))
            .Select(close => close.AccountId).ToListAsync(cancellationToken);
}
