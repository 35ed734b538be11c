using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Previews;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Close.Invoicing;
using Billing.MonthClose.Gateway;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Close.Previewing;

/// <summary>Computes what the close would do, by the reading and the decision of the close itself, without a lock and without writing into the books.</summary>
sealed class PreviewReader(MonthCloseDbContext db, InvoiceReader reader, InvoiceDrafter drafter, PriceBookCache prices, IBulkWriter bulk,
    IOptions<GatewayOptions> gateway, IOptions<ClosingOptions> options)
{
    /// <summary>So many months back are looked at to tell what is usual for an account.</summary>
    const int MonthsOfHistory = 12;

    /// <returns>How many of the accounts were not computed before.</returns>
    public async Task<int> ComputeAsync(RunPreview preview, IReadOnlyCollection<string> accountIds, CancellationToken cancellationToken)
    {
        var accounts = await db.Accounts.AsNoTracking().Where(account => accountIds.Contains(account.AccountId)).OrderBy(account => account.AccountId)
            .ToListAsync(cancellationToken);
        var computed = 0;
        await Bisection.WriteAsync(db, accounts, async some =>
        {
            var rows = await OfAsync(preview, some, cancellationToken);
            computed += (await bulk.InsertNewAsync(db, rows, cancellationToken)).Count;
        }, (account, refusal) => Refuse(preview, account, refusal), cancellationToken);
        if (_refused.Count > 0)
            computed += (await bulk.InsertNewAsync(db, _refused, cancellationToken)).Count;
        _refused.Clear();
        return computed;
    }

    /// <summary>One account as it would be billed if its month were closed now; nothing is written.</summary>
    public async Task<PreviewedAccount> OfOneAsync(Account account, BillingPeriod period, CancellationToken cancellationToken) =>
        (await OfAsync(new RunPreview
        {
            PreviewId = Guid.Empty,
            Period = period.Number,
            AskedAt = default,
            PriceVersion = await db.Prices.MaxAsync(price => (long?)price.Version, cancellationToken) ?? 0
        }, [account], cancellationToken))[0];

    readonly List<PreviewedAccount> _refused = [];

    void Refuse(RunPreview preview, Account account, Exception refusal) => _refused.Add(new Drafted(account, null,
            new CannotCloseException("InvoiceRefused", $"Its invoice could not be computed: {refusal.GetBaseException().Message}"))
        .ToPreviewed(preview.PreviewId, null, [], options.Value.PreviewThreshold));

    async Task<List<PreviewedAccount>> OfAsync(RunPreview preview, IReadOnlyList<Account> accounts, CancellationToken cancellationToken)
    {
        var period = BillingPeriod.FromNumber(preview.Period);
        var ids = accounts.Select(account => account.AccountId).ToList();
        var book = await prices.OfRunAsync(db, preview.PriceVersion, cancellationToken);
        var credits = await db.Balances.AsNoTracking().Where(balance => ids.Contains(balance.AccountId))
            .ToDictionaryAsync(balance => balance.AccountId, balance => balance.Credit, StringComparer.Ordinal, cancellationToken);
        var inputs = await reader.ReadAsync(accounts, period, cancellationToken);
        var (before, from) = (period.Previous.Number, BillingPeriod.Containing(period.FirstDay.AddMonths(-MonthsOfHistory)).Number);
        var earned = (await db.Invoices.AsNoTracking()
            .Where(invoice => ids.Contains(invoice.AccountId) && invoice.Status != InvoiceStatus.Voided
                && invoice.Period >= from && invoice.Period < period.Number)
            .Select(invoice => new { invoice.AccountId, invoice.Period, Earned = invoice.Total - invoice.Carried }).ToListAsync(cancellationToken))
            .ToLookup(invoice => invoice.AccountId, StringComparer.Ordinal);

        var drafted = await drafter.DraftAsync(accounts.Select(account => (account, (Func<InvoiceFacts>)(() =>
            inputs.FactsOf(account, period, book, credits[account.AccountId], gateway.Value.MinimumOf(account.Currency))))), cancellationToken);
        return [.. drafted.Select(one =>
        {
            var earlier = earned[one.Account.AccountId].ToList();
            return one.ToPreviewed(preview.PreviewId, earlier.Find(invoice => invoice.Period == before)?.Earned, earlier.ConvertAll(invoice => invoice.Earned),
                    options.Value.PreviewThreshold);
        })];
    }
}
