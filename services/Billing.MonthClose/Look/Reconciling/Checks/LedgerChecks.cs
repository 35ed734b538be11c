using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling.Checks;

sealed class ChargeNotInLedger(MonthCloseDbContext db, LedgerRepair books) : DriftCheck(DriftClass.ChargeNotInLedger)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken) =>
        [.. (await db.CashOfChargesAsync(scope, cancellationToken)).Where(row => row.Booked is null)
            .Select(row => Found(row.AccountId, row.ChargeId, $"{row.ChargeId} took {row.Amount} {row.Currency}, no money is in the ledger", row.InvoiceId,
                row.ChargeId))];

    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken) =>
        await books.PostingOfChargeAsync(drift.ChargeId!.Value, cancellationToken) is { } posting ? await books.RestoreAsync(posting, cancellationToken) : null;
}

sealed class LedgerAmountDiffers(MonthCloseDbContext db) : DriftCheck(DriftClass.LedgerAmountDiffers)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken) =>
        [.. (await db.CashOfChargesAsync(scope, cancellationToken)).Where(row => row.Booked is not null)
            .Select(row => Found(row.AccountId, row.ChargeId, $"{row.ChargeId} took {row.Amount} {row.Currency}, the ledger has {row.Booked}", row.InvoiceId,
                row.ChargeId))];
}

sealed class LedgerWithoutCharge(MonthCloseDbContext db) : DriftCheck(DriftClass.LedgerWithoutCharge)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        // The sub-query for each invoice goes by its index; a join would read the whole ledger.
        var invoices = await db.InvoicesOf(scope)
            .Where(invoice => !db.Charges.Any(charge => charge.InvoiceId == invoice.InvoiceId && charge.State == ChargeState.Succeeded)
                && db.LedgerTransactions.Where(transaction => transaction.InvoiceId == invoice.InvoiceId && transaction.Cause.StartsWith("charge:"))
                    .Select(transaction => transaction.Cause).FirstOrDefault() != null)
            .OrderBy(invoice => invoice.AccountId).Take(scope.Most).Select(invoice => new { invoice.InvoiceId, invoice.AccountId, invoice.Number })
            .ToDictionaryAsync(invoice => invoice.InvoiceId, cancellationToken);
        var causes = await db.LedgerTransactions.Where(transaction => invoices.Keys.Contains(transaction.InvoiceId!.Value)
            && transaction.Cause.StartsWith("charge:")).Select(transaction => new { transaction.InvoiceId, transaction.Cause }).ToListAsync(cancellationToken);
        return [.. causes.Select(row => (Invoice: invoices[row.InvoiceId!.Value], row.Cause)).OrderBy(row => row.Invoice.AccountId, StringComparer.Ordinal)
            .Take(scope.Most).Select(row => Found(row.Invoice.AccountId, row.Cause,
                $"the ledger has {row.Cause} for {row.Invoice.Number}, and no charge of it succeeded", row.Invoice.InvoiceId))];
    }
}

sealed class OpenInvoicesDiffer(MonthCloseDbContext db) : DriftCheck(DriftClass.OpenInvoicesDiffer)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var rows = await (
            from close in db.ClosesOf(scope)
            join balance in db.Balances.AsNoTracking() on close.AccountId equals balance.AccountId
            select new
            {
                balance.AccountId,
                balance.Owed,
                Due = db.Invoices.Where(invoice => invoice.AccountId == close.AccountId && (invoice.Status == InvoiceStatus.Open
                        || (invoice.Status == InvoiceStatus.CarriedForward && invoice.CarriedTo == null)))
                    .Sum(invoice => invoice.AmountDue - invoice.AmountPaid - invoice.AmountReduced)
            })
            .Where(row => row.Owed != row.Due).OrderBy(row => row.AccountId).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.AccountId, row.AccountId, $"the balance says {row.Owed} owed, its open invoices add up to {row.Due}"));
    }
}

/// <summary>A charge beside the money that the ledger has of it.</summary>
sealed record CashOfCharge(Guid ChargeId, Guid InvoiceId, string AccountId, decimal Amount, string Currency, decimal? Booked);

static class CashOfCharges
{
    /// <summary>Those charges of the scope where the two differ. An invoice has one succeeded charge at most.</summary>
    public static async Task<List<CashOfCharge>> CashOfChargesAsync(this MonthCloseDbContext db, Scope scope, CancellationToken cancellationToken)
    {
        // The sum for each charge goes by the index of its invoice; a join with sums by invoice would add up the whole ledger first.
        var rows = db.ChargesOf(scope).Where(charge => charge.State == ChargeState.Succeeded).Select(charge => new
        {
            charge.ChargeId,
            charge.InvoiceId,
            charge.AccountId,
            charge.Amount,
            charge.Currency,
            Entries = (from transaction in db.LedgerTransactions
                       join entry in db.LedgerEntries on transaction.TransactionId equals entry.TransactionId
                       where transaction.InvoiceId == charge.InvoiceId && transaction.Cause.StartsWith("charge:") && entry.Account == LedgerAccount.Cash
                       select entry).Count(),
            Booked = (from transaction in db.LedgerTransactions
                      join entry in db.LedgerEntries on transaction.TransactionId equals entry.TransactionId
                      where transaction.InvoiceId == charge.InvoiceId && transaction.Cause.StartsWith("charge:") && entry.Account == LedgerAccount.Cash
                      select entry.Amount).Sum()
        });
        var found = await rows.Where(row => row.Entries == 0 || row.Booked != row.Amount).OrderBy(row => row.AccountId).Take(scope.Most)
            .ToListAsync(cancellationToken);
        return found.ConvertAll(row => new CashOfCharge(row.ChargeId, row.InvoiceId, row.AccountId, row.Amount, row.Currency,
            row.Entries == 0 ? null : row.Booked));
    }
}
