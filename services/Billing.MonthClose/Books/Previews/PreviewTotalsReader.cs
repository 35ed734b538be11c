using Billing.Contracts.MonthClose.V1;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Books.Previews;

/// <summary>How many accounts of a preview are worth a look, and why.</summary>
public sealed record PreviewCounts(int Accounts, int Billed, int Parked, int New, int Gone, int Changed, int Outliers);

/// <summary>Adds a preview up, in the database.</summary>
static class PreviewTotalsReader
{
    public static async Task<PreviewCounts> CountAsync(MonthCloseDbContext db, Guid previewId, CancellationToken cancellationToken) =>
        await db.PreviewedAccounts.Where(account => account.PreviewId == previewId).GroupBy(account => account.PreviewId)
            .Select(all => new PreviewCounts(all.Count(), all.Sum(account => account.IsBilled ? 1 : 0), all.Sum(account => account.ReasonCode != null ? 1 : 0),
                all.Sum(account => account.Change == MonthChange.New ? 1 : 0), all.Sum(account => account.Change == MonthChange.Gone ? 1 : 0),
                all.Sum(account => account.Change == MonthChange.Changed ? 1 : 0), all.Sum(account => account.IsOutlier ? 1 : 0)))
            .SingleOrDefaultAsync(cancellationToken) ?? new PreviewCounts(0, 0, 0, 0, 0, 0, 0);

    public static async Task<ExpectedTotals[]> ByCurrencyAsync(MonthCloseDbContext db, Guid previewId, CancellationToken cancellationToken) =>
        await db.PreviewedAccounts.Where(account => account.PreviewId == previewId).GroupBy(account => account.Currency).OrderBy(currency => currency.Key)
            .Select(currency => new ExpectedTotals
            {
                Currency = currency.Key,
                Invoices = currency.Sum(account => account.IsBilled ? 1 : 0),
                Invoiced = currency.Sum(account => account.Earned),
                Tax = currency.Sum(account => account.Tax),
                CreditUsed = currency.Sum(account => account.CreditApplied),
                AmountDue = currency.Sum(account => account.AmountDue),
                InvoicedBefore = currency.Sum(account => account.Before ?? 0)
            }).ToArrayAsync(cancellationToken);
}
