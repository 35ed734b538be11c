using Billing.Contracts.Seats.V1;
using Billing.Hosting.Texts;
using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Subscriptions;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Walking;

/// <summary>The next page of a walk, in the current transaction.</summary>
sealed class WalkStep(SeatRefreshDbContext db, IBulkWriter bulk, CountStep count, DifferenceFinder finder, IPublishEndpoint bus,
    IOptions<RefreshOptions> options, TimeProvider clock)
{
    /// <summary>Recorded as who asked.</summary>
    const string By = "seat-refresh-batch";

    /// <returns>False when there is nothing to do now.</returns>
    public async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        var settings = await db.CurrentSettingsAsync(cancellationToken);
        if (settings.MaxRunning == 0 || await NextWalkAsync(cancellationToken) is not { } walk)
            return false;
        walk.Mode = walk.Way == RefreshWay.Jobs ? settings.Jobs : settings.Batch;
        var page = IsWalked(walk) ? await PageAsync(walk, cancellationToken) : [];
        if (page.Count == 0)
        {
            walk.DoneAt = clock.GetUtcNow();
            return true;
        }

        if (walk.Mode == RefreshMode.On)
            await CountAsync(page, walk, cancellationToken);
        else
            await CompareAsync(page, walk, cancellationToken);
        walk.After = page[^1].SubscriptionId;
        walk.Careful = Math.Max(0, walk.Careful - 1);
        walk.Seen += page.Count;
        return true;
    }

    /// <summary>A page failed: go one by one until it is behind; or, when that one is alone already, say why it cannot be counted and pass it by.</summary>
    public async Task<bool> AvoidAsync(string reason, CancellationToken cancellationToken)
    {
        if (await NextWalkAsync(cancellationToken) is not { } walk)
            return false;
        if (await PageAsync(walk, cancellationToken) is not [var first, ..] page)
            return true;
        if (page.Count > 1)
        {
            walk.Careful = page.Count;
            return true;
        }

        var why = reason.ShortenedTo(1000);
        if (walk.Mode == RefreshMode.On)
            await db.Subscriptions.Where(x => x.SubscriptionId == first.SubscriptionId)
                .ExecuteUpdateAsync(set => set.SetProperty(x => x.Failures, x => x.Failures + 1).SetProperty(x => x.LastError, why), cancellationToken);
        (walk.After, walk.Failed, walk.Careful) = (first.SubscriptionId, walk.Failed + 1, Math.Max(0, walk.Careful - 1));
        return true;
    }

    Task<SeatWalk?> NextWalkAsync(CancellationToken cancellationToken) =>
        db.Walks.Where(walk => walk.DoneAt == null).OrderBy(walk => walk.DueAt).Take(1).ForUpdateSkipLocked().SingleOrDefaultAsync(cancellationToken);

    static bool IsWalked(SeatWalk walk) => walk.Mode == RefreshMode.Shadow || (walk.Mode == RefreshMode.On && walk.Way == RefreshWay.Batch);

    Task<List<Subscription>> PageAsync(SeatWalk walk, CancellationToken cancellationToken)
    {
        var size = walk.Careful > 0 ? 1 : options.Value.BatchSize;
        return db.Subscriptions.AsNoTracking().Where(x => x.NextRefreshAt != null && x.SubscriptionId.CompareTo(walk.After) > 0)
            .OrderBy(x => x.SubscriptionId).Take(size).ToListAsync(cancellationToken);
    }

    /// <summary>What somebody counted since the tick is left alone: both ways may run at once.</summary>
    async Task CountAsync(List<Subscription> page, SeatWalk walk, CancellationToken cancellationToken)
    {
        var (first, last, since) = (page[0].SubscriptionId, page[^1].SubscriptionId, walk.StartedAt);
        var locked = await db.Subscriptions.AsNoTracking()
            .Where(x => x.SubscriptionId.CompareTo(first) >= 0 && x.SubscriptionId.CompareTo(last) <= 0 && x.NextRefreshAt != null
                && (x.LastSeatRefreshAt == null || x.LastSeatRefreshAt < since))
            .OrderBy(x => x.SubscriptionId).ForUpdate().ToListAsync(cancellationToken);
        if (locked.Count > 0)
            await count.RunAsync(locked, SeatScope.Page(first, last, since), By, bus, cancellationToken);
    }

    async Task CompareAsync(List<Subscription> page, SeatWalk walk, CancellationToken cancellationToken)
    {
        var found = await finder.FindAsync(page, walk, cancellationToken);
        if (found.Count == 0)
            return;
        walk.Differences += found.Count;
        await bulk.InsertNewAsync(db, found, cancellationToken);
        await bus.Publish(new SeatDifferencesFound
        {
            Way = WordOf(walk.Way),
            DueAt = walk.DueAt,
            Differences =
            [
                .. found.Select(one => new SeatDifferenceFound
                {
                    SubscriptionId = one.SubscriptionId,
                    StoredInUse = one.StoredInUse,
                    InUse = one.InUse,
                    StoredMaxUsed = one.StoredMaxUsed,
                    MaxUsed = one.MaxUsed,
                    StoredOwed = one.StoredOwed,
                    Owed = one.Owed,
                    Reason = one.Reason
                })
            ]
        }, cancellationToken);
    }

    public static string WordOf(RefreshWay way) => way == RefreshWay.Jobs ? "jobs" : "batch";
}
