using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Subscriptions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Counting;

/// <summary>Counts one subscription whose row the caller has locked, and notes what changed. The caller's transaction saves it.</summary>
sealed class SeatCounter(SeatRefreshDbContext db, IOptions<PlanOptions> plans, TimeProvider clock)
{
    /// <returns>The change, or null when there is none.</returns>
    public async Task<SeatHistory?> CountAsync(Subscription subscription, string by, CancellationToken cancellationToken)
    {
        var plan = plans.Value.Of(subscription.Plan);
        var inUse = await db.Memberships.Where(x => x.NamespaceId == subscription.NamespaceId).Where(Membership.TakesSeat(plan.GuestsAreFree))
            .Select(x => x.UserId).Distinct().CountAsync(cancellationToken);

        var now = clock.GetUtcNow();
        var before = subscription.Count;
        var (after, mark) = SeatDecision.Decide(subscription.Terms, plan, new(subscription.MaxSeatsUsed, subscription.MaxSetAt), subscription.ResetDue, inUse, now);
        (subscription.CountedSeats, subscription.SeatsInUse, subscription.MaxSeatsUsed, subscription.SeatsOwed) = (after.Seats, after.InUse, after.MaxUsed, after.Owed);
        (subscription.MaxSetAt, subscription.ResetDue, subscription.LastSeatRefreshAt) = (mark.SetAt, false, now);
        if (before == after)
            return null;

        subscription.Version++;
        var change = new SeatHistory
        {
            SubscriptionId = subscription.SubscriptionId,
            Version = subscription.Version,
            ChangedAt = now,
            ChangedBy = by,
            PreviousSeats = before.Seats,
            PreviousInUse = before.InUse,
            PreviousMaxUsed = before.MaxUsed,
            PreviousOwed = before.Owed,
            Seats = after.Seats,
            InUse = after.InUse,
            MaxUsed = after.MaxUsed,
            Owed = after.Owed
        };
        db.Add(change);
        return change;
    }
}
