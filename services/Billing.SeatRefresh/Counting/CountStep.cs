using Billing.Persistence;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Subscriptions;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Counting;

/// <summary>A change of a subscription, to be told.</summary>
sealed record SeatChange(Subscription Subscription, SeatHistory Change);

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
    /// <param name="bus">What is published leaves with the commit. Nothing is before all is written, so a count that fails has said nothing.</param>
    /// <param name="cancellationToken">Ends the count; nothing of it stays.</param>
    /// <param name="termsBefore">What was bought before, by subscription, where that has changed in this transaction.</param>
    public async Task RunAsync(IReadOnlyList<Subscription> locked, SeatScope scope, string by, IPublishEndpoint bus, CancellationToken cancellationToken,
        IReadOnlyDictionary<string, Terms>? termsBefore = null)
    {
        var now = clock.GetUtcNow();
        var sitting = await SittingAsync(scope, now, cancellationToken);
        var changes = new List<SeatChange>();
        foreach (var subscription in locked)
        {
            var inUse = sitting[subscription.SubscriptionId];     // nobody is counted who was not looked at
            if (counter.Count(subscription, inUse, termsBefore?.GetValueOrDefault(subscription.SubscriptionId), by, now) is { } change)
                changes.Add(new(subscription, change));
            subscription.Due(SeatDecision.IsBillable(subscription.Terms, plans.Value.Of(subscription.Plan)), options.Value.MaxAge);
        }

        await SaveAsync(locked, changes, cancellationToken);
        var alerts = await publisher.NewAlertsAsync(locked, now, cancellationToken);
        await SeatPublisher.PublishAsync(changes, bus, cancellationToken);
        await publisher.AlertAsync(alerts, locked, bus, cancellationToken);
    }

    /// <summary>Figures that did not come from a count, and what they changed.</summary>
    public async Task SaveAsync(IReadOnlyList<Subscription> locked, IReadOnlyCollection<SeatChange> changes, CancellationToken cancellationToken)
    {
        await bulk.UpdateAsync(db, locked, x => new
        {
            x.CountedSeats,
            x.SeatsInUse,
            x.MaxSeatsUsed,
            x.SeatsOwed,
            x.MaxSetAt,
            x.OtherMaxUsed,
            x.OtherMaxSetAt,
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
            await bulk.InsertAsync(db, changes.Select(one => one.Change).ToList(), cancellationToken);
    }

    /// <summary>Brings the snapshot up to date, and says for each how many sit there.</summary>
    async Task<Dictionary<string, int>> SittingAsync(SeatScope scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await SeatQuery.RunPlainlyAsync(db, cancellationToken);
        var seen = await SeatQuery.LookAsync(db, scope, now, cancellationToken);
        if (seen.Values.Any(one => one.Gone.Count > 0))
        {
            var gone = await SeatQuery.GoneAsync(db, scope, seen, now, cancellationToken);
            gone.ForEach(one => one.GoneAt = now);
            await bulk.UpdateAsync(db, gone, x => new { x.GoneAt }, cancellationToken);
        }

        if (seen.Values.SelectMany(one => one.Come).ToList() is { Count: > 0 } come)
            await bulk.InsertAsync(db, come, cancellationToken);
        return seen.ToDictionary(one => one.Key, one => one.Value.InUse);
    }
}
