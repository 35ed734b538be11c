using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Ledger;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>
/// The subtotals of the ledger's months. They are written when a month is over and a pass found the account in order, so that the next pass reads one row
/// instead of every entry before.
/// </summary>
sealed class Subtotals(Transactions<MonthCloseDbContext> transactions, IOptions<ReconcilingOptions> options, TimeProvider clock)
{
    const int AtOnce = 1000;

    /// <summary>How long after its end a month may still get an entry: no transaction is open for that long.</summary>
    static readonly TimeSpan Rest = TimeSpan.FromDays(1);

    /// <summary>The last month that was reconciled, as 202610; null when none was.</summary>
    public Task<int?> LastMonthAsync(CancellationToken cancellationToken) =>
        InAsync(db => db.LedgerMonths.MaxAsync(month => (int?)month.Month, cancellationToken), cancellationToken);

    /// <summary>Those that were not compared with their entries for longest.</summary>
    public Task<List<int>> NextToProveAsync(int most, CancellationToken cancellationToken) =>
        InAsync(db => db.LedgerMonths.OrderBy(month => month.ProvedAt).ThenBy(month => month.Month).Select(month => month.Month).Take(most)
            .ToListAsync(cancellationToken), cancellationToken);

    public Task<bool> IsStoredAsync(int month, CancellationToken cancellationToken) =>
        InAsync(db => db.LedgerMonths.AnyAsync(one => one.Month == month, cancellationToken), cancellationToken);

    public Task<int> ProvedAsync(int month, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return InAsync(db => db.LedgerMonths.Where(one => one.Month == month)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.ProvedAt, now), cancellationToken), cancellationToken);
    }

    /// <summary>Stores every month that is over. An account that is not in order gets no subtotal, and is added up from its first entry on.</summary>
    /// <param name="runs">Whose accounts the pass has just looked at.</param>
    /// <param name="cancellationToken">Ends the work; what is stored stays.</param>
    public async Task StoreAsync(IReadOnlyCollection<Guid> runs, CancellationToken cancellationToken)
    {
        var current = LedgerMonth.Of(clock.GetUtcNow() - options.Value.SettleTime - Rest);
        var last = await LastMonthAsync(cancellationToken);
        var next = last is { } through ? BillingPeriod.FromNumber(through).Next.Number
            : await InAsync(db => db.LedgerEntries.MinAsync(entry => (int?)entry.Month, cancellationToken), cancellationToken);
        for (; next < current; next = BillingPeriod.FromNumber(next.Value).Next.Number)
        {
            for (string? after = ""; after is not null;)
                after = await StoreSomeAsync(runs, next.Value, after, cancellationToken);
            await EndMonthAsync(next.Value, cancellationToken);
        }
    }

    /// <returns>The last account; null when there are no more.</returns>
    Task<string?> StoreSomeAsync(IReadOnlyCollection<Guid> runs, int month, string after, CancellationToken cancellationToken) =>
        transactions.RunAsync(async services =>
        {
            var db = services.GetRequiredService<MonthCloseDbContext>();
            var ids = await db.Balances.Where(balance => balance.AccountId.CompareTo(after) > 0
                    && db.AccountCloses.Any(close => runs.Contains(close.RunId) && close.AccountId == balance.AccountId)
                    && !db.Drifts.Any(drift => drift.AccountId == balance.AccountId && drift.EndedAt == null && DriftClass.OfEntries.Contains(drift.Class)))
                .OrderBy(balance => balance.AccountId).Select(balance => balance.AccountId).Take(AtOnce).ToListAsync(cancellationToken);
            var before = await BeforeAsync(db, ids, month, cancellationToken);
            var sums = await db.LedgerEntries.Where(entry => entry.Month == month && ids.Contains(entry.AccountId)).SumsByAccount()
                .ToDictionaryAsync(one => one.AccountId!, cancellationToken);
            await services.GetRequiredService<IBulkWriter>().InsertNewAsync(db, ids.ConvertAll(id =>
                SubtotalOf(id, month, sums.GetValueOrDefault(id), before.GetValueOrDefault(id))), cancellationToken);
            return ids.Count < AtOnce ? null : ids[^1];
        }, cancellationToken);

    static LedgerSubtotal SubtotalOf(string accountId, int month, LedgerSums? sums, (decimal Owed, decimal Credit) before) => new()
    {
        AccountId = accountId,
        Month = month,
        Entries = sums?.Entries ?? 0,
        Owed = sums?.Owed ?? 0,
        Credit = sums?.Credit ?? 0,
        Cash = sums?.Cash ?? 0,
        Debits = sums?.Debits ?? 0,
        Credits = sums?.Credits ?? 0,
        OwedThrough = before.Owed + (sums?.Owed ?? 0),
        CreditThrough = before.Credit + (sums?.Credit ?? 0)
    };

    /// <summary>
    /// Where each account stood at the end of the month before: by its subtotal; by its entries when it has none, or when a person accepted that they are no
    /// longer what they were.
    /// </summary>
    static async Task<Dictionary<string, (decimal Owed, decimal Credit)>> BeforeAsync(
        MonthCloseDbContext db, List<string> ids, int month, CancellationToken cancellationToken)
    {
        var previous = BillingPeriod.FromNumber(month).Previous.Number;
        var before = await db.LedgerSubtotals.Where(subtotal => subtotal.Month == previous && ids.Contains(subtotal.AccountId)
                && !db.Drifts.Any(drift => drift.AccountId == subtotal.AccountId && drift.Class == DriftClass.LedgerMonthChanged
                    && drift.State == DriftState.Accepted))
            .ToDictionaryAsync(subtotal => subtotal.AccountId, subtotal => (subtotal.OwedThrough, subtotal.CreditThrough), cancellationToken);
        var others = ids.Where(id => !before.ContainsKey(id)).ToList();
        if (others.Count > 0)
            foreach (var sum in await db.EntriesOf(others).Where(entry => entry.Month < month).SumsByAccount().ToListAsync(cancellationToken))
                before.Add(sum.AccountId!, (sum.Owed ?? 0, sum.Credit ?? 0));
        return before;
    }

    Task<int> EndMonthAsync(int month, CancellationToken cancellationToken) =>
        transactions.RunAsync(async services =>
        {
            var now = clock.GetUtcNow();
            await services.GetRequiredService<IBulkWriter>().InsertNewAsync(services.GetRequiredService<MonthCloseDbContext>(),
                [new LedgerMonth { Month = month, ReconciledAt = now, ProvedAt = now }], cancellationToken);
            return month;
        }, cancellationToken);

    Task<T> InAsync<T>(Func<MonthCloseDbContext, Task<T>> work, CancellationToken cancellationToken) =>
        transactions.RunAsync(services => work(services.GetRequiredService<MonthCloseDbContext>()), cancellationToken);
}
