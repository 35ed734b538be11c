using System.Globalization;
using Billing.Contracts.Notification.V1;
using Billing.Contracts.Seats.V1;
using Billing.Hosting.Identity;
using Billing.Hosting.Restoring;
using Billing.Persistence;
using Billing.Sealing;
using Billing.SeatRefresh.Alerting;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Subscriptions;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Counting;

/// <summary>Publishes changes of seats, and alerts for the customer, in the transaction of the count.</summary>
sealed class SeatPublisher(
    SeatRefreshDbContext db, IBulkWriter bulk, Sealer sealer, Restorations<SeatRefreshDbContext> restorations, IOptions<PlanOptions> plans, TimeProvider clock)
{
    /// <summary>
    /// After a release, what was counted before is counted once more, and its alerts are said once more. Two days: each subscription is counted once a day.
    /// </summary>
    static readonly TimeSpan MadeUpFor = TimeSpan.FromDays(2);

    public static async Task PublishAsync(IReadOnlyCollection<SeatChange> changes, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        foreach (var (subscription, change) in changes)
            await PublishAsync(change, subscription.AccountId, bus, cancellationToken);
    }

    public static Task PublishAsync(SeatHistory change, string accountId, IPublishEndpoint bus, CancellationToken cancellationToken) =>
        bus.Publish(new SeatUsageChanged
        {
            SubscriptionId = change.SubscriptionId,
            AccountId = accountId,
            Version = change.Version,
            Seats = change.Seats,
            SeatsInUse = change.InUse,
            MaxSeatsUsed = change.MaxUsed,
            SeatsOwed = change.Owed,
            AsOf = change.ChangedAt,
            Plan = change.Plan,
            Trial = change.Trial,
            TermStart = change.TermStart,
            TermEnd = change.TermEnd,
            Ended = change.Ended
        }, cancellationToken);

    /// <summary>
    /// Once for each threshold and term. A term that begins with the figures of the last one changes nothing, and it is said all the same; so it is when an
    /// address is told after the count.
    /// </summary>
    public async Task<IReadOnlyList<SeatAlert>> NewAlertsAsync(IReadOnlyCollection<Subscription> counted, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var alerts = counted.Where(one => one.AlertEmail is not null).Select(one => AlertOf(one, now)).OfType<SeatAlert>().ToList();
        return alerts.Count == 0 ? [] : await bulk.InsertNewAsync(db, alerts, cancellationToken);
    }

    public async Task AlertAsync(IReadOnlyCollection<SeatAlert> alerts, IReadOnlyCollection<Subscription> counted, IPublishEndpoint bus,
        CancellationToken cancellationToken)
    {
        if (alerts.Count == 0)
            return;
        var byId = counted.ToDictionary(one => one.SubscriptionId);
        bool? mayHaveLeft = await MayHaveLeftAsync(cancellationToken) ? true : null;
        foreach (var alert in alerts)
            await bus.Publish(sealer.Seal(Letter(alert, byId[alert.SubscriptionId]) with { MayHaveLeft = mayHaveLeft }), cancellationToken);
    }

    /// <summary>Alerts that were sent since the backup are not here.</summary>
    async Task<bool> MayHaveLeftAsync(CancellationToken cancellationToken) =>
        await restorations.LastAsync(db, cancellationToken) is { NothingLeft: false } restored
            && (restored.ReleasedAt is not { } released || clock.GetUtcNow() <= released + MadeUpFor);

    SeatAlert? AlertOf(Subscription subscription, DateTimeOffset now) =>
        AlertDecision.Decide(subscription.Count, SeatDecision.IsBillable(subscription.Terms, plans.Value.Of(subscription.Plan))) switch
        {
            AlertDecision.NearLimit near => Alert(subscription, SeatAlert.NearLimit, near.Threshold, now),
            AlertDecision.Overage overage => Alert(subscription, SeatAlert.Overage, overage.Step, now),
            _ => null
        };

    static SendEmail Letter(SeatAlert alert, Subscription subscription) => new()
    {
        NotificationId = IdOf(alert),
        WorkspaceId = subscription.AccountId,
        To = subscription.AlertEmail!,
        Template = alert.Kind,
        Values = new(StringComparer.Ordinal)
        {
            ["subscription"] = subscription.SubscriptionId,
            ["seats"] = Text(subscription.CountedSeats),
            ["used"] = Text(subscription.MaxSeatsUsed),
            ["remaining"] = Text(subscription.Count.Remaining),
            ["owed"] = Text(subscription.SeatsOwed)
        }
    };

    static SeatAlert Alert(Subscription subscription, string kind, int threshold, DateTimeOffset now) =>
        new() { SubscriptionId = subscription.SubscriptionId, TermStart = subscription.TermStart, Kind = kind, Threshold = threshold, SaidAt = now };

    /// <summary>The same alert always has the same id.</summary>
    static Guid IdOf(SeatAlert alert) =>
        DeterministicGuid.Of($"{alert.Kind}:{alert.SubscriptionId}:{alert.TermStart:O}:{alert.Threshold}");

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
