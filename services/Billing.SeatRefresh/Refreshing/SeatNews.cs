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

/// <summary>Tells the world that seats have changed, and the customer when it matters to him, in the transaction of the change.</summary>
sealed class SeatNews(SeatRefreshDbContext db, IBulkWriter bulk, Sealer sealer, IOptions<PlanOptions> plans)
{
    public async Task TellAsync(IReadOnlyCollection<(Subscription Subscription, SeatHistory Change)> changes, IPublishEndpoint bus, CancellationToken cancellationToken)
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

        var alerts = changes.Where(one => one.Subscription.AlertEmail is not null).Select(one => AlertOf(one.Subscription, one.Change)).OfType<SeatAlert>().ToList();
        if (alerts.Count == 0)
            return;
        var byId = changes.ToDictionary(one => one.Subscription.SubscriptionId, one => one.Subscription);
        foreach (var alert in await bulk.InsertNewAsync(db, alerts, cancellationToken))
            await bus.Publish(sealer.Seal(Letter(alert, byId[alert.SubscriptionId])), cancellationToken);
    }

    SeatAlert? AlertOf(Subscription subscription, SeatHistory change) =>
        AlertDecision.Decide(subscription.Count, SeatDecision.IsPaid(subscription.Terms, plans.Value.Of(subscription.Plan))) switch
        {
            AlertDecision.NearLimit near => Alert(subscription, SeatAlert.NearLimit, near.Threshold, change.ChangedAt),
            AlertDecision.Overage overage => Alert(subscription, SeatAlert.Overage, overage.Step, change.ChangedAt),
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
