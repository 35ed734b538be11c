using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Taxes;
using Billing.MonthClose.Close.Charging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling.Checks;

sealed class InvoiceLinesDiffer(MonthCloseDbContext db) : DriftCheck(DriftClass.InvoiceLinesDiffer)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        // Sums for each invoice go by its index; sums of all lines, joined afterwards, would cost what all periods cost.
        var rows = await db.InvoicesOf(scope).Select(invoice => new
        {
            invoice.InvoiceId,
            invoice.AccountId,
            invoice.Number,
            invoice.Total,
            invoice.Tax,
            Sum = db.InvoiceLines.Where(line => line.InvoiceId == invoice.InvoiceId)
                .Sum(line => line.Amount + (line.TaxTreatment == TaxTreatment.Added ? line.Tax : 0)),
            Taxes = db.InvoiceLines.Where(line => line.InvoiceId == invoice.InvoiceId).Sum(line => line.Tax)
        }).Where(row => row.Sum != row.Total || (row.Tax != 0 && row.Taxes != row.Tax)).OrderBy(row => row.AccountId).Take(scope.Most)
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.AccountId, row.InvoiceId, row.Sum != row.Total
            ? $"the total of {row.Number} is {row.Total}, its lines add up to {row.Sum}"
            : $"the tax of {row.Number} is {row.Tax}, that of its lines adds up to {row.Taxes}", row.InvoiceId));
    }
}

sealed class InvoiceNotInLedger(MonthCloseDbContext db, LedgerRepair books) : DriftCheck(DriftClass.InvoiceNotInLedger)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var rows = await db.InvoicesOf(scope).Where(invoice => invoice.Status != InvoiceStatus.Voided).Select(invoice => new
        {
            invoice.InvoiceId,
            invoice.AccountId,
            invoice.Number,
            Earned = invoice.Total - invoice.Carried - invoice.Tax,
            invoice.Tax,
            Booked = (from transaction in db.LedgerTransactions
                      join entry in db.LedgerEntries on transaction.TransactionId equals entry.TransactionId
                      where transaction.InvoiceId == invoice.InvoiceId && transaction.Cause.StartsWith("invoice:") && entry.Account == LedgerAccount.Revenue
                      select -entry.Amount).Sum(),
            BookedTax = (from transaction in db.LedgerTransactions
                         join entry in db.LedgerEntries on transaction.TransactionId equals entry.TransactionId
                         where transaction.InvoiceId == invoice.InvoiceId && transaction.Cause.StartsWith("invoice:")
                             && entry.Account == LedgerAccount.TaxPayable
                         select -entry.Amount).Sum()
        }).Where(row => row.Booked != row.Earned || (row.Tax != 0 && row.BookedTax != row.Tax)).OrderBy(row => row.AccountId).Take(scope.Most)
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.AccountId, row.InvoiceId, row.Booked != row.Earned
            ? $"{row.Number} earned {row.Earned}, the ledger has {row.Booked}" : $"the tax of {row.Number} is {row.Tax}, the ledger has {row.BookedTax}",
            row.InvoiceId));
    }

    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken) =>
        await books.PostingOfInvoiceAsync(drift.InvoiceId!.Value, cancellationToken) is { } posting ? await books.RestoreAsync(posting, cancellationToken)
            : null;
}

/// <summary>The close is over and no charge was even decided, nor a reason for none.</summary>
sealed class InvoiceNotCharged(MonthCloseDbContext db, IPublishEndpoint bus) : DriftCheck(DriftClass.InvoiceNotCharged)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var rows = await (
            from invoice in db.InvoicesOf(scope)
            join close in db.ClosesOf(scope) on invoice.AccountId equals close.AccountId
            where invoice.Status == InvoiceStatus.Open && close.Step == CloseStep.Closed && close.ClosedAt < scope.Before
                && !db.Charges.Any(charge => charge.InvoiceId == invoice.InvoiceId)
            orderby invoice.AccountId
            select new
            {
                invoice.InvoiceId,
                invoice.AccountId,
                invoice.Number,
                Open = invoice.AmountDue - invoice.AmountPaid - invoice.AmountReduced,
                invoice.Currency
            }).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.AccountId, row.InvoiceId, $"{row.Open} {row.Currency} of {row.Number} are open, and nothing was ever asked for",
            row.InvoiceId));
    }

    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        await bus.Publish(new RetryCharge(drift.InvoiceId!.Value), cancellationToken);
        return "asked for now";
    }
}
