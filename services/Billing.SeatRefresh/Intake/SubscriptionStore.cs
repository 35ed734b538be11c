using Billing.Contracts.Seats.V1;
using Billing.Persistence;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Subscriptions;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Intake;

/// <summary>Keeps what was bought. A change of what was counted before asks for a count, so that nothing is owed by old terms.</summary>
sealed class SubscriptionStore(SeatRefreshDbContext db, IBulkWriter bulk, IOptions<PlanOptions> plans, IOptions<RefreshOptions> options, TimeProvider clock)
{
    /// <returns>How many were new or have changed; and those whose namespace has another subscription, with what was expected.</returns>
    public async Task<(int Taken, List<(RegisterSubscription Told, string Expected)> Refused)> WriteAsync(
        IReadOnlyList<RegisterSubscription> told, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        if (told.Count == 0)
            return (0, []);
        // of two statements about one subscription in the same message, the later one counts
        var latest = told.GroupBy(one => one.SubscriptionId, StringComparer.Ordinal).Select(same => same.Last())
            .OrderBy(one => one.SubscriptionId, StringComparer.Ordinal).ToList();
        var added = (await bulk.InsertNewAsync(db, latest.ConvertAll(Begin), cancellationToken)).Select(one => one.SubscriptionId)
            .ToHashSet(StringComparer.Ordinal);
        latest.RemoveAll(one => added.Contains(one.SubscriptionId));
        if (latest.Count == 0)
            return (added.Count, []);

        var (ids, namespaces) = (latest.ConvertAll(one => one.SubscriptionId), latest.ConvertAll(one => one.NamespaceId));
        var known = await db.Subscriptions.Where(x => ids.Contains(x.SubscriptionId)).OrderBy(x => x.SubscriptionId).ForUpdate()
            .ToDictionaryAsync(x => x.SubscriptionId, cancellationToken);
        var holders = await db.Subscriptions.Where(x => namespaces.Contains(x.NamespaceId)).Select(x => new { x.NamespaceId, x.SubscriptionId })
            .ToDictionaryAsync(x => x.NamespaceId, x => x.SubscriptionId, cancellationToken);
        var (changed, refused) = (0, new List<(RegisterSubscription, string)>());
        foreach (var one in latest)
        {
            if (holders.TryGetValue(one.NamespaceId, out var holder) && holder != one.SubscriptionId)
                refused.Add((one, $"a namespace without a subscription; {holder} has this one"));
            else if (known.TryGetValue(one.SubscriptionId, out var old) && Update(old, one))
            {
                changed++;
                holders[one.NamespaceId] = one.SubscriptionId;
                var billable = SeatDecision.IsBillable(old.Terms, plans.Value.Of(old.Plan));
                old.GuestsAreFree = plans.Value.Of(old.Plan).GuestsAreFree;
                if (billable != old.NextRefreshAt is not null)
                    old.Due(billable, options.Value.MaxAge);
                if (old.LastSeatRefreshAt is not null)
                    await bus.Publish(new RefreshSeats { SubscriptionId = one.SubscriptionId, RequestedBy = "registration" }, cancellationToken);
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        return (added.Count + changed, refused);
    }

    Subscription Begin(RegisterSubscription told)
    {
        var subscription = ToSubscription(told);
        subscription.GuestsAreFree = plans.Value.Of(subscription.Plan).GuestsAreFree;
        subscription.Due(SeatDecision.IsBillable(subscription.Terms, plans.Value.Of(subscription.Plan)), options.Value.MaxAge);
        return subscription;
    }

    bool Update(Subscription known, RegisterSubscription told)
    {
        var (before, after) = (known.Terms, ToSubscription(told).Terms);
        if (before == after && known.AccountId == told.AccountId && known.NamespaceId == told.NamespaceId && known.AlertEmail == told.AlertEmail)
            return false;
        known.ResetDue |= SeatDecision.BeginsAnewAt(clock.GetUtcNow(), before, after, plans.Value.Of(after.Plan));
        (known.AccountId, known.NamespaceId, known.AlertEmail) = (told.AccountId, told.NamespaceId, told.AlertEmail);
        (known.Plan, known.Seats, known.Trial, known.TermStart, known.TermEnd) = after;
        return true;
    }

    static Subscription ToSubscription(RegisterSubscription told) => new()
    {
        SubscriptionId = told.SubscriptionId,
        AccountId = told.AccountId,
        NamespaceId = told.NamespaceId,
        Plan = Subscription.PlanCode(told.Plan),
        Seats = told.Seats,
        Trial = told.Trial,
        TermStart = told.TermStart,
        TermEnd = told.TermEnd,
        AlertEmail = told.AlertEmail
    };
}
