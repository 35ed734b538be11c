using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Subscriptions;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Counting;

/// <summary>
/// What a count, or a change of what was bought, does to a subscription: in use, then maximum, then owed, and a history row when any of it changed. Every way
/// of counting uses it, so none leaves anything out.
/// </summary>
sealed class SeatCounter(IOptions<PlanOptions> plans)
{
    /// <param name="subscription">Its row is locked, or held by a claim.</param>
    /// <param name="inUse">The seats that were counted.</param>
    /// <param name="termsBefore">What was bought before, when that is what changed.</param>
    /// <param name="by">Who or what asked.</param>
    /// <param name="now">When it was counted: the same instant for the snapshot, the mark and the history, so that each is found by the others.</param>
    /// <returns>The change, to be saved with the subscription; null when there is none.</returns>
    public SeatHistory? Count(Subscription subscription, int inUse, Terms? termsBefore, string by, DateTimeOffset now)
    {
        var billable = SeatDecision.IsBillable(subscription.Terms, plans.Value.Of(subscription.Plan));
        var change = Decide(subscription, inUse, termsBefore, by, now);
        (subscription.ResetDue, subscription.LastSeatRefreshAt) = (subscription.ResetDue && !billable, now);
        return change;
    }

    /// <summary>
    /// Without a count: what is owed follows from the members as they were counted last; when it has ended, nobody sits there. What was never counted owes
    /// nothing, and has no mark.
    /// </summary>
    public SeatHistory? Restate(Subscription subscription, Terms termsBefore, string by, DateTimeOffset now)
    {
        if (subscription.LastSeatRefreshAt is not null)
            return Decide(subscription, subscription.EndedAt is null ? subscription.SeatsInUse : 0, termsBefore, by, now);
        var before = subscription.Count;
        subscription.CountedSeats = subscription.Seats;
        return Change(subscription, before, termsBefore, by, now);
    }

    /// <summary>Another account takes over, and what is owed begins anew with it.</summary>
    public static SeatHistory Released(Subscription subscription, Terms termsBefore, string by, DateTimeOffset now)
    {
        var before = subscription.Count;
        subscription.SeatsOwed = 0;
        return ChangeOf(subscription, before, termsBefore, termsBefore, by, now);
    }

    SeatHistory? Decide(Subscription subscription, int inUse, Terms? termsBefore, string by, DateTimeOffset now)
    {
        var before = subscription.Count;
        var (after, mark) =
            SeatDecision.Decide(subscription.Terms, plans.Value.Of(subscription.Plan), subscription.Mark, subscription.ResetDue, inUse, now);
        (subscription.CountedSeats, subscription.SeatsInUse, subscription.SeatsOwed) = (after.Seats, after.InUse, after.Owed);
        subscription.Mark = mark;
        return Change(subscription, before, termsBefore ?? subscription.Terms, by, now);
    }

    static SeatHistory? Change(Subscription subscription, SeatCount before, Terms termsBefore, string by, DateTimeOffset now)
    {
        return before == subscription.Count && termsBefore == subscription.Terms ? null
            : ChangeOf(subscription, before, termsBefore, subscription.Terms, by, now);
    }

    static SeatHistory ChangeOf(Subscription subscription, SeatCount before, Terms termsBefore, Terms terms, string by, DateTimeOffset now)
    {
        var after = subscription.Count;
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
            Owed = after.Owed,
            Plan = terms.Plan,
            Trial = terms.Trial,
            TermStart = terms.TermStart,
            TermEnd = terms.TermEnd,
            Ended = terms.Ended,
            PreviousPlan = termsBefore.Plan,
            PreviousTrial = termsBefore.Trial,
            PreviousTermStart = termsBefore.TermStart,
            PreviousTermEnd = termsBefore.TermEnd,
            PreviousEnded = termsBefore.Ended
        };
    }
}
