using Billing.Persistence;
using Billing.SeatRefresh.Settings;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Walking;

/// <summary>Begins the walks of a tick, and forgets old ones.</summary>
sealed class WalkStart(SeatRefreshDbContext db, IBulkWriter bulk)
{
    /// <summary>Differences are evidence for a person who looks into them now: 30 days.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>A walk of an earlier tick that is still under way goes on instead of a new one.</summary>
    public async Task BeginAsync(DateTimeOffset dueAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settings = await db.CurrentSettingsAsync(cancellationToken);
        var underWay = await db.Walks.Where(walk => walk.DoneAt == null).Select(walk => walk.Way).ToListAsync(cancellationToken);
        var ways = new List<(RefreshWay Way, RefreshMode Mode)>();
        if (settings.Jobs == RefreshMode.Shadow)
            ways.Add((RefreshWay.Jobs, settings.Jobs));
        if (settings.Batch != RefreshMode.Off)
            ways.Add((RefreshWay.Batch, settings.Batch));
        await bulk.InsertNewAsync(db, ways.Where(one => !underWay.Contains(one.Way))
            .Select(one => new SeatWalk { Way = one.Way, Mode = one.Mode, DueAt = dueAt, StartedAt = now }).ToList(), cancellationToken);
        var old = now - Kept;
        await db.Walks.Where(walk => walk.DoneAt < old).ExecuteDeleteAsync(cancellationToken);
        await db.Differences.Where(difference => difference.DueAt < old).ExecuteDeleteAsync(cancellationToken);
    }
}
