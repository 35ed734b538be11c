using Billing.Hosting.Restoring;
using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using Billing.Views.Restoring;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Reporting;

/// <summary>
/// Seats that were brought back. Where the queues did not go back with the databases, a change that was on its way then never arrives, and the books would
/// bill by the one before. So the release tells the latest changes once more; who knows them already takes no notice.
/// </summary>
sealed class RestoredSeats(Transactions<SeatRefreshDbContext> transactions, Restorations<SeatRefreshDbContext> restorations, TimeProvider clock)
{
    /// <summary>In one transaction: 500. More follow at once.</summary>
    const int AtOnce = 500;

    public async Task<RestorationReleased> ReleaseAsync(string by, string why, bool nothingLeft, CancellationToken cancellationToken)
    {
        if (await restorations.LastAsync(cancellationToken) is not { ReleasedAt: null } restored)
            return new RestorationReleased(false, 0, 0);
        (string, int)? last = ("", 0);
        while (last is { } after)
            last = await TellAgainAsync(restored.TakenAt - Restoration.LongestOnItsWay, after, cancellationToken);
        await transactions.RunAsync(
            db => db.ReleaseRestorationsAsync(by, why, nothingLeft, clock.GetUtcNow(), cancellationToken), cancellationToken);
        return new RestorationReleased(true, 0, 0);
    }

    /// <returns>The last change that was told; null when there was none.</returns>
    Task<(string SubscriptionId, int Version)?> TellAgainAsync(
        DateTimeOffset since, (string SubscriptionId, int Version) after, CancellationToken cancellationToken) =>
        transactions.RunAsync<(string, int)?>(async services =>
        {
            var (db, bus) = (services.GetRequiredService<SeatRefreshDbContext>(), services.GetRequiredService<IPublishEndpoint>());
            var changes = await (
                from change in db.History.AsNoTracking()
                join subscription in db.Subscriptions on change.SubscriptionId equals subscription.SubscriptionId
                where change.ChangedAt >= since && (change.SubscriptionId.CompareTo(after.SubscriptionId) > 0
                    || (change.SubscriptionId == after.SubscriptionId && change.Version > after.Version))
                orderby change.SubscriptionId, change.Version
                select new { Change = change, subscription.AccountId }).Take(AtOnce).ToListAsync(cancellationToken);
            foreach (var one in changes)
                await SeatPublisher.PublishAsync(one.Change, one.AccountId, bus, cancellationToken);
            return changes.Count == 0 ? null : (changes[^1].Change.SubscriptionId, changes[^1].Change.Version);
        }, cancellationToken);
}

/// <summary>Of seats that were brought back: the word that tells the latest changes once more.</summary>
static class RestoringEndpoints
{
    public static void MapRestoring(this WebApplication app)
    {
        app.MapRelease((RestoredSeats seats, string by, string why, bool nothingLeft, CancellationToken stopping) =>
            seats.ReleaseAsync(by, why, nothingLeft, stopping));
        app.MapHeld<SeatRefreshDbContext>();
    }
}
