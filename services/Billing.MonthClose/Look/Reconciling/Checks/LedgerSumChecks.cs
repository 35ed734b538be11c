using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling.Checks;

/// <summary>The entries of a reconciled month against what they were: one that was changed, lost or added by hand since.</summary>
sealed class LedgerMonthChanged(MonthCloseDbContext db, LedgerRepair books) : DriftCheck(DriftClass.LedgerMonthChanged)
{
    public override bool LooksAt(Scope scope) => scope.ProvedMonth is not null;

    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var month = scope.ProvedMonth!.Value;
        var subtotals = db.LedgerSubtotals.AsNoTracking().Where(subtotal => subtotal.Month == month);
        var entries = db.LedgerEntries.AsNoTracking().Where(entry => entry.Month == month);
        if (scope.AccountId is { } account)
            (subtotals, entries) = (subtotals.Where(subtotal => subtotal.AccountId == account), entries.Where(entry => entry.AccountId == account));
        var rows = await (
            from subtotal in subtotals
            join sum in entries.SumsByAccount() on subtotal.AccountId equals sum.AccountId into found
            from sum in found.DefaultIfEmpty()
            where (sum.Entries ?? 0) != subtotal.Entries || (sum.Owed ?? 0) != subtotal.Owed || (sum.Credit ?? 0) != subtotal.Credit
                || (sum.Cash ?? 0) != subtotal.Cash || (sum.Debits ?? 0) != subtotal.Debits || (sum.Credits ?? 0) != subtotal.Credits
            orderby subtotal.AccountId
            select new { Then = subtotal, Now = sum }).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.Then.AccountId, $"{BillingPeriod.FromNumber(month)} {row.Then.AccountId}",
            $"the entries of {BillingPeriod.FromNumber(month)} are {Text(row.Now?.Entries, row.Now?.Owed, row.Now?.Credit, row.Now?.Cash, row.Now?.Debits,
                row.Now?.Credits)}; when it was reconciled they were {Text(row.Then.Entries, row.Then.Owed, row.Then.Credit, row.Then.Cash,
                row.Then.Debits, row.Then.Credits)}"));
    }

    static string Text(int? entries, decimal? owed, decimal? credit, decimal? cash, decimal? debits, decimal? credits) =>
        $"{entries ?? 0} with {owed ?? 0:0.####} owed, {credit ?? 0:0.####} credit, {cash ?? 0:0.####} cash, {debits ?? 0:0.####} and "
            + $"{credits ?? 0:0.####} in all";

    /// <summary>What was lost is written again from its invoice or charge. What was changed or added is for a person to say.</summary>
    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        var causes = await db.LedgerTransactions.Where(transaction => transaction.AccountId == drift.AccountId
                && db.LedgerEntries.Where(entry => entry.TransactionId == transaction.TransactionId).Sum(entry => entry.Amount) != 0)
            .Select(transaction => transaction.Cause).ToListAsync(cancellationToken);
        foreach (var cause in causes)
            if (await books.PostingOfCauseAsync(cause, cancellationToken) is { } posting)
                await books.RestoreAsync(posting, cancellationToken);
        return (await FindAsync(scope, cancellationToken)).Count == 0 ? "what was lost is written again" : null;
    }
}

sealed class LedgerOutOfBalance(MonthCloseDbContext db, LedgerRepair books) : DriftCheck(DriftClass.LedgerOutOfBalance)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        if (scope.IsWhole)
            return await FindAsync(db.EntriesOf(scope), scope, cancellationToken);
        var found = new List<Difference>(await FindAsync(db.LedgerEntries.AsNoTracking().Where(entry => entry.Month > scope.Through
            && db.AccountCloses.Any(close => close.RunId == scope.RunId && close.AccountId == entry.AccountId)), scope, cancellationToken));
        foreach (var accounts in (await db.WithoutSubtotalAsync(scope, cancellationToken)).Chunk(500))
            found.AddRange(await FindAsync(db.EntriesOf(accounts), scope, cancellationToken));
        return [.. found.DistinctBy(one => one.Id).OrderBy(one => one.AccountId, StringComparer.Ordinal).Take(scope.Most)];
    }

    async Task<List<Difference>> FindAsync(IQueryable<LedgerEntry> entries, Scope scope, CancellationToken cancellationToken)
    {
        var sums = await entries.GroupBy(entry => entry.TransactionId).Where(some => some.Sum(entry => entry.Amount) != 0)
            .Select(some => new { TransactionId = some.Key, Sum = some.Sum(entry => entry.Amount), AccountId = some.Min(entry => entry.AccountId) })
            .OrderBy(row => row.AccountId).Take(scope.Most).ToDictionaryAsync(row => row.TransactionId, row => row.Sum, cancellationToken);
        if (sums.Count == 0)
            return [];
        var transactions = await db.LedgerTransactions.AsNoTracking().Where(transaction => sums.Keys.Contains(transaction.TransactionId))
            .OrderBy(transaction => transaction.AccountId).ToListAsync(cancellationToken);
        return transactions.ConvertAll(transaction => Found(transaction.AccountId, transaction.Cause,
            $"the entries of {transaction.Cause} sum to {sums[transaction.TransactionId]} {transaction.Currency}, not to 0", transaction.InvoiceId));
    }

    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken) =>
        await books.PostingOfCauseAsync(drift.Subject, cancellationToken) is { } posting ? await books.RestoreAsync(posting, cancellationToken) : null;
}

sealed class BalanceDiffers(MonthCloseDbContext db, LedgerRepair books) : DriftCheck(DriftClass.BalanceDiffers)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        if (scope.IsWhole)
            return await FindAsync(db.ClosesOf(scope).Select(close => close.AccountId), db.EntriesOf(scope), scope, cancellationToken);
        // Those that do not add up by their subtotal are added up from their first entry on, as those that have none.
        var found = new List<Difference>();
        foreach (var accounts in (await BySubtotalAsync(scope, cancellationToken)).Union(await db.WithoutSubtotalAsync(scope, cancellationToken)).Chunk(500))
            found.AddRange(await FindAsync(db.Balances.Where(balance => accounts.Contains(balance.AccountId)).Select(balance => balance.AccountId),
                db.EntriesOf(accounts), scope, cancellationToken));
        return [.. found.OrderBy(one => one.AccountId, StringComparer.Ordinal).Take(scope.Most)];
    }

    Task<List<string>> BySubtotalAsync(Scope scope, CancellationToken cancellationToken) => (
        from close in db.ClosesOf(scope)
        join balance in db.Balances.AsNoTracking() on close.AccountId equals balance.AccountId
        join subtotal in db.LedgerSubtotals.AsNoTracking().Where(one => one.Month == scope.Through) on close.AccountId equals subtotal.AccountId
        join sum in db.LedgerEntries.AsNoTracking().Where(entry => entry.Month > scope.Through).SumsByAccount() on close.AccountId equals sum.AccountId
            into since
        from sum in since.DefaultIfEmpty()
        where balance.Owed != subtotal.OwedThrough + (sum.Owed ?? 0) || balance.Credit != subtotal.CreditThrough + (sum.Credit ?? 0)
        orderby close.AccountId
        select close.AccountId).Take(scope.Most).ToListAsync(cancellationToken);

    async Task<List<Difference>> FindAsync(IQueryable<string> accounts, IQueryable<LedgerEntry> entries, Scope scope, CancellationToken cancellationToken)
    {
        var rows = await (
            from account in accounts
            join balance in db.Balances.AsNoTracking() on account equals balance.AccountId
            join sum in entries.SumsByAccount() on account equals sum.AccountId into found
            from sum in found.DefaultIfEmpty()
            where balance.Owed != (sum.Owed ?? 0) || balance.Credit != (sum.Credit ?? 0)
            orderby account
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
