using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Billing.Contracts.Notification.V1;
using Billing.Contracts.Seats.V1;
using Billing.Persistence;
using Billing.Sealing;
using Billing.SeatRefresh.Alerting;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Subscriptions;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>Tells the world that seats have changed, and the customer when it matters to him, in the transaction of the count.</summary>
sealed class SeatNews(SeatRefreshDbContext db, IBulkWriter bulk, Sealer sealer, IOptions<PlanOptions> plans)
{
    public static async Task TellAsync(IReadOnlyCollection<(Subscription Subscription, SeatHistory Change)> changes, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        foreach (var (subscription, change) in changes)
            await bus.Publish(new SeatUsageChanged
            {
                SubscriptionId = subscription.SubscriptionId,
                AccountId = subscription.AccountId,
                Version = change.Version,
                Seats = change.Seats,
                SeatsInUse = change.InUse,
                MaxSeatsUsed = change.MaxUsed,
                SeatsOwed = change.Owed,
                AsOf = change.ChangedAt
            }, cancellationToken);
    }

    /// <summary>
    /// Once for each threshold and term. A term that begins with the figures of the last one changes nothing, and it is said all the same; so it is when an address
    /// is told after the count.
    /// </summary>
    public async Task AlertAsync(IReadOnlyCollection<Subscription> counted, DateTimeOffset now, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        var alerts = counted.Where(one => one.AlertEmail is not null).Select(one => AlertOf(one, now)).OfType<SeatAlert>().ToList();
        if (alerts.Count == 0)
            return;
        var byId = counted.ToDictionary(one => one.SubscriptionId);
        foreach (var alert in await bulk.InsertNewAsync(db, alerts, cancellationToken))
            await bus.Publish(sealer.Seal(Letter(alert, byId[alert.SubscriptionId])), cancellationToken);
    }

    SeatAlert? AlertOf(Subscription subscription, DateTimeOffset now) =>
        AlertDecision.Decide(subscription.Count, SeatDecision.IsPaid(subscription.Terms, plans.Value.Of(subscription.Plan))) switch
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

    /// <summary>The same alert has the same id for ever.</summary>
    static Guid IdOf(SeatAlert alert) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{alert.Kind}:{alert.SubscriptionId}:{alert.TermStart:O}:{alert.Threshold}")).AsSpan(0, 16));

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
