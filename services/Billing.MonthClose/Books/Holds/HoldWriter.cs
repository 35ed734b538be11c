using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Auditing;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Books.Holds;

/// <summary>
/// What is to be said, and written down, of holds that came into force. The entries are made when they are read: the trail keeps their order.
/// </summary>
sealed record PlacedHolds(IReadOnlyList<AccountHeld> Events, IEnumerable<AuditEntry> Audit);

/// <summary>Places holds. The caller has the lock of every account, and owns the transaction.</summary>
sealed class HoldWriter(MonthCloseDbContext db, IBulkWriter bulk, AuditTrail audit)
{
    /// <summary>Places those that are not in force, and returns what is to be said: a hold that is placed twice is placed, and told, once.</summary>
    public async Task<PlacedHolds> PlaceAsync(IReadOnlyList<Hold> holds, CancellationToken cancellationToken)
    {
        if (holds.Count == 0)
            return new PlacedHolds([], []);
        var added = (await bulk.InsertNewAsync(db, holds, cancellationToken)).ToHashSet();
        var ids = holds.Where(hold => !added.Contains(hold)).Select(hold => hold.InvoiceId).ToList();
        var lifted = ids.Count == 0 ? [] : await db.Holds.AsNoTracking().Where(hold => ids.Contains(hold.InvoiceId) && hold.LiftedAt != null)
            .ToDictionaryAsync(hold => hold.InvoiceId, hold => hold.Times, cancellationToken);
        var again = holds.Where(hold => lifted.ContainsKey(hold.InvoiceId)).Select(hold => hold with { Times = lifted[hold.InvoiceId] + 1 }).ToList();
        if (again.Count > 0)
            await bulk.UpdateAsync(db, again, x => new { x.Reason, x.HeldAt, x.LiftedAt, x.ByHand, x.LiftedByPayment, x.PlacedBy, x.LiftedBy, x.Times },
                cancellationToken);
        var placed = added.Concat(again).ToList();
        return new PlacedHolds(
            placed.ConvertAll(hold => new AccountHeld
            {
                AccountId = hold.AccountId,
                InvoiceId = hold.ByHand ? Guid.Empty : hold.InvoiceId,
                Reason = hold.Reason,
                HeldAt = hold.HeldAt,
                PlacedBy = hold.PlacedBy
            }),
            placed.Select(hold => audit.Entry(hold.AccountId, AuditSubject.Hold, hold.InvoiceId, "placed", hold.Reason,
                after: new { hold.HeldAt, hold.LiftedByPayment }, by: hold.PlacedBy)));
    }
}
