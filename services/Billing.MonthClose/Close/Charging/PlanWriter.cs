using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Dunning;
using Billing.Persistence;

namespace Billing.MonthClose.Close.Charging;

/// <param name="Before">Null when the collection begins.</param>
sealed record PlanChange(DunningPlan? Before, DunningPlan After);

/// <summary>
/// Begins plans and moves their states, in the transaction that books why: a try always runs before the state moves. The caller has the lock of every
/// account.
/// </summary>
sealed class PlanWriter(MonthCloseDbContext db, IBulkWriter bulk)
{
    /// <returns>What is said of the accounts whose state moved.</returns>
    public async Task<IReadOnlyList<AccountOverdueChanged>> WriteAsync(
        IReadOnlyList<PlanChange> changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var added = changes.Where(change => change.Before is null).Select(change => change.After).ToList();
        var changed = changes.Where(change => change.Before is not null && change.Before != change.After).Select(change => change.After).ToList();
        if (added.Count > 0)
            await bulk.InsertNewAsync(db, added, cancellationToken);
        if (changed.Count > 0)
            await bulk.UpdateAsync(db, changed, x => new { x.Overdue, x.IsLetBe, x.PayBy }, cancellationToken);
        return [.. changes.Where(change => change.After.Overdue != (change.Before?.Overdue ?? OverdueState.None)).Select(change => new AccountOverdueChanged
        {
            AccountId = change.After.AccountId,
            InvoiceId = change.After.InvoiceId,
            State = change.After.Overdue.ToString(),
            Policy = change.After.Policy.Name,
            ChangedAt = now
        })];
    }
}
