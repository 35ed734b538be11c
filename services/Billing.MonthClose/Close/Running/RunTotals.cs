using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Close.Running;

/// <summary>Counts a run in SQL: accounts by how far they are, money by currency.</summary>
sealed class RunTotals(MonthCloseDbContext db)
{
    public Task<Dictionary<CloseStep, int>> StepsAsync(Guid runId, CancellationToken cancellationToken) =>
        db.AccountCloses.Where(close => close.RunId == runId)
            .GroupBy(close => close.Step).Select(step => new { step.Key, Count = step.Count() })
            .ToDictionaryAsync(step => step.Key, step => step.Count, cancellationToken);

    public async Task<CurrencyTotals[]> ByCurrencyAsync(Guid runId, CancellationToken cancellationToken) =>
        await db.Invoices.Where(invoice => invoice.RunId == runId && invoice.Status != InvoiceStatus.Voided)
            .GroupBy(invoice => invoice.Currency)
            .OrderBy(currency => currency.Key)
            .Select(currency => new CurrencyTotals
            {
                Currency = currency.Key,
                Invoices = currency.Count(),
                Invoiced = currency.Sum(invoice => invoice.Total - invoice.Carried),
                Tax = currency.Sum(invoice => invoice.Tax),
                Collected = currency.Sum(invoice => invoice.AmountPaid),
                CreditUsed = currency.Sum(invoice => invoice.CreditApplied + invoice.CreditUsedLater),
                Open = currency.Sum(invoice => invoice.Status == InvoiceStatus.Open ? invoice.AmountDue - invoice.AmountPaid - invoice.AmountReduced : 0)
            })
            .ToArrayAsync(cancellationToken);
}
