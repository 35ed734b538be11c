using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Subscriptions;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Counting;

/// <summary>
/// What a count does to a subscription: in use, then maximum, then owed, and a history row when any of it changed. Every way of counting
/// uses it, so none leaves anything out.
/// </summary>
sealed class SeatCounter(IOptions<PlanOptions> plans)
{
    /// <param name="subscription">Its row is locked, or held by a claim.</param>
    /// <param name="inUse">The seats that were counted.</param>
    /// <param name="by">Who or what asked.</param>
    /// <param name="now">When it was counted: the same instant for the snapshot, the mark and the history, so that each is found by the others.</param>
    /// <returns>The change, to be saved with the subscription; null when there is none.</returns>
    public SeatHistory? Count(Subscription subscription, int inUse, string by, DateTimeOffset now)
    {
        var plan = plans.Value.Of(subscription.Plan);
        var before = subscription.Count;
        var (after, mark) =
            SeatDecision.Decide(subscription.Terms, plan, new(subscription.MaxSeatsUsed, subscription.MaxSetAt), subscription.ResetDue, inUse, now);
        (subscription.CountedSeats, subscription.SeatsInUse, subscription.MaxSeatsUsed, subscription.SeatsOwed) =
            (after.Seats, after.InUse, after.MaxUsed, after.Owed);
        (subscription.MaxSetAt, subscription.ResetDue, subscription.LastSeatRefreshAt) =
            (mark.SetAt, subscription.ResetDue && !SeatDecision.IsBillable(subscription.Terms, plan), now);
        if (before == after)
            return null;

        subscription.Version++;
        return new SeatHistory
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
    }
}
