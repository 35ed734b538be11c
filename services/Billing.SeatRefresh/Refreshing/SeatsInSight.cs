using Billing.Hosting.Clocks;
using Billing.SeatRefresh.Settings;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>A refresh that has begun, and counts that are tried again. What is due by age alone waits for a tick, which the scheduler sees.</summary>
sealed class SeatsInSight(SeatRefreshDbContext db) : IWorkInSight
{
    public async Task LookAsync(Sighting sighting, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if ((await db.CurrentSettingsAsync(cancellationToken)).Draining)
            sighting.UnderWay("seats are being refreshed");
        if (await db.Slots.AnyAsync(slot => slot.LeasedUntil >= now, cancellationToken))
            sighting.UnderWay("jobs of the refresh are running");
        sighting.Due(await db.Subscriptions.MinAsync(subscription => subscription.RetryAt, cancellationToken), now, "counts are tried again");
    }
}
