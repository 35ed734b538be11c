using Billing.Persistence;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Subscriptions;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Counting;

/// <summary>
/// Counts subscriptions whose rows are locked, in the current transaction: figures, snapshot, history, events and alerts. Jobs, batch and requests all use it,
/// so that none of them leaves anything out.
/// </summary>
sealed class CountStep(SeatRefreshDbContext db, IBulkWriter bulk, SeatCounter counter, SeatPublisher publisher, IOptions<RefreshOptions> options,
    IOptions<PlanOptions> plans, TimeProvider clock)
{
    /// <param name="locked">Not tracked.</param>
    /// <param name="scope">Exactly these.</param>
    /// <param name="by">Who or what asked.</param>
    /// <param name="bus">What is published leaves with the commit.</param>
    /// <param name="cancellationToken">Ends the count; nothing of it stays.</param>
    public async Task RunAsync(IReadOnlyList<Subscription> locked, SeatScope scope, string by, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await SeatQuery.RunPlainlyAsync(db, cancellationToken);
        var seen = await SeatQuery.LookAsync(db, scope, now, cancellationToken);
        if (seen.Values.Any(one => one.Gone > 0))
            await SeatQuery.NoteGoneAsync(db, scope, now, cancellationToken);
        if (seen.Values.Any(one => one.Come > 0))
            await SeatQuery.NoteComeAsync(db, scope, now, cancellationToken);
        // Members come and go between a look and the snapshot. The figure is that of the snapshot, so that it can be counted again from it.
        var sitting = seen.Values.Any(one => one.Come + one.Gone > 0)
            ? await SeatQuery.SittingAsync(db, scope, now, cancellationToken)
            : seen.ToDictionary(one => one.Key, one => one.Value.InUse);

        var changes = new List<(Subscription Subscription, SeatHistory Change)>();
        foreach (var subscription in locked)
        {
            var looked = seen[subscription.SubscriptionId];     // nobody is counted who was not looked at
            if (counter.Count(subscription, sitting.GetValueOrDefault(looked.SubscriptionId), by, now) is { } change)
                changes.Add((subscription, change));
            subscription.Due(SeatDecision.IsBillable(subscription.Terms, plans.Value.Of(subscription.Plan)), options.Value.MaxAge);
        }

        await bulk.UpdateAsync(db, locked, x => new
        {
            x.CountedSeats,
            x.SeatsInUse,
            x.MaxSeatsUsed,
            x.SeatsOwed,
            x.MaxSetAt,
            x.ResetDue,
            x.LastSeatRefreshAt,
            x.Version,
            x.NextRefreshAt,
            x.RetryAt,
            x.Claim,
            x.Failures,
            x.LastError
        }, cancellationToken);
        if (changes.Count > 0)
        {
            await bulk.InsertAsync(db, changes.ConvertAll(one => one.Change), cancellationToken);
            await SeatPublisher.PublishAsync(changes, bus, cancellationToken);
        }

        await publisher.AlertAsync(locked, now, bus, cancellationToken);
    }
}
