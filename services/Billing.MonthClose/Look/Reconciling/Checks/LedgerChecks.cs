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
        var rows = await (
            from invoice in db.InvoicesOf(scope)
            join transaction in db.LedgerTransactions on (Guid?)invoice.InvoiceId equals transaction.InvoiceId
            where transaction.Cause.StartsWith("charge:") && !db.Charges.Any(charge => charge.InvoiceId == invoice.InvoiceId
                && charge.State == ChargeState.Succeeded)
            orderby invoice.AccountId
            select new { invoice.InvoiceId, invoice.AccountId, invoice.Number, transaction.Cause }).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.AccountId, row.Cause, $"the ledger has {row.Cause} for {row.Number}, and no charge of it succeeded",
            row.InvoiceId));
    }
}

sealed class LedgerOutOfBalance(MonthCloseDbContext db, LedgerRepair books) : DriftCheck(DriftClass.LedgerOutOfBalance)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var rows = await db.EntriesOf(scope).GroupBy(entry => entry.TransactionId)
            .Where(entries => entries.Sum(entry => entry.Amount) != 0)
            .Select(entries => new { TransactionId = entries.Key, Sum = entries.Sum(entry => entry.Amount) })
            .Join(db.LedgerTransactions, sum => sum.TransactionId, transaction => transaction.TransactionId, (sum, transaction) => new { transaction, sum.Sum })
            .OrderBy(row => row.transaction.AccountId).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.transaction.AccountId, row.transaction.Cause,
            $"the entries of {row.transaction.Cause} sum to {row.Sum} {row.transaction.Currency}, not to 0", row.transaction.InvoiceId));
    }

    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        var posting = drift.Subject.Split(':') switch
        {
            ["invoice", var id] => await books.PostingOfInvoiceAsync(Guid.Parse(id), cancellationToken),
            ["charge", var id] => await books.PostingOfChargeAsync(Guid.Parse(id), cancellationToken),
            _ => null
        };
        return posting is null ? null : await books.RestoreAsync(posting, cancellationToken);
    }
}

sealed class BalanceDiffers(MonthCloseDbContext db, LedgerRepair books) : DriftCheck(DriftClass.BalanceDiffers)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var sums = db.EntriesOf(scope).GroupBy(entry => entry.AccountId).Select(entries => new
        {
            AccountId = entries.Key,
            Owed = (decimal?)entries.Sum(entry => entry.Account == LedgerAccount.Receivable ? entry.Amount : 0),
            Credit = (decimal?)entries.Sum(entry => entry.Account == LedgerAccount.CustomerCredit ? -entry.Amount : 0)
        });
        var rows = await (
            from close in db.ClosesOf(scope)
            join balance in db.Balances.AsNoTracking() on close.AccountId equals balance.AccountId
            join sum in sums on balance.AccountId equals sum.AccountId into found
            from sum in found.DefaultIfEmpty()
            where balance.Owed != (sum.Owed ?? 0) || balance.Credit != (sum.Credit ?? 0)
            orderby close.AccountId
            select new { balance, Owed = sum.Owed ?? 0, Credit = sum.Credit ?? 0 }).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.balance.AccountId, row.balance.AccountId,
            $"the balance says {row.balance.Owed} owed and {row.balance.Credit} credit, its entries {row.Owed} and {row.Credit}"));
    }

    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        var (owed, credit) = await books.BalanceAsync(drift.AccountId, cancellationToken);
        return $"the balance is set to the sum of its entries: {owed} owed, {credit} credit";
    }
}

sealed class OpenInvoicesDiffer(MonthCloseDbContext db) : DriftCheck(DriftClass.OpenInvoicesDiffer)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var sums = from close in db.ClosesOf(scope)
                   join invoice in db.Invoices on close.AccountId equals invoice.AccountId
                   where invoice.Status == InvoiceStatus.Open || (invoice.Status == InvoiceStatus.CarriedForward && invoice.CarriedTo == null)
                   group invoice by invoice.AccountId into open
                   select new { AccountId = open.Key, Due = (decimal?)open.Sum(invoice => invoice.AmountDue - invoice.AmountPaid - invoice.AmountReduced) };
        var rows = await (
            from close in db.ClosesOf(scope)
            join balance in db.Balances.AsNoTracking() on close.AccountId equals balance.AccountId
            join sum in sums on balance.AccountId equals sum.AccountId into found
            from sum in found.DefaultIfEmpty()
            where balance.Owed != (sum.Due ?? 0)
            orderby close.AccountId
            select new { balance.AccountId, balance.Owed, Due = sum.Due ?? 0 }).Take(scope.Most).ToListAsync(cancellationToken);
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
        var cash = from transaction in db.LedgerTransactions
                   join entry in db.LedgerEntries on transaction.TransactionId equals entry.TransactionId
                   where transaction.Cause.StartsWith("charge:") && entry.Account == LedgerAccount.Cash
                   group entry by transaction.InvoiceId into entries
                   select new { InvoiceId = entries.Key, Amount = (decimal?)entries.Sum(entry => entry.Amount) };
        return await (
            from charge in db.ChargesOf(scope)
            join booked in cash on (Guid?)charge.InvoiceId equals booked.InvoiceId into found
            from booked in found.DefaultIfEmpty()
            where charge.State == ChargeState.Succeeded && (booked.Amount == null || booked.Amount != charge.Amount)
            orderby charge.AccountId
            select new CashOfCharge(charge.ChargeId, charge.InvoiceId, charge.AccountId, charge.Amount, charge.Currency, booked.Amount)).Take(scope.Most)
                .ToListAsync(cancellationToken);
    }
}
