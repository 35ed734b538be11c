using Billing.Hosting.Http;
using Billing.Hosting.Validation;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Walking;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Reporting;

/// <summary>
/// How the refresh stands. Each figure is a look at a few rows of an index, however many subscriptions there are; the one count is of a day's worth.
/// </summary>
static class RefreshEndpoint
{
    /// <summary>Failing subscriptions shown: 100, the ones that failed most.</summary>
    const int FailingShown = 100;

    /// <summary>Differences in one answer: 500. Ask on with <c>after</c>.</summary>
    const int DifferencesShown = 500;

    public static void MapRefresh(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/seat-refresh", async (SeatRefreshDbContext db, TimeProvider clock, CancellationToken stopping) =>
            TypedResults.Ok(await ReadAsync(db, clock.GetUtcNow(), stopping)));
        reads.MapGet("/api/seat-refresh/differences",
            async (SeatRefreshDbContext db, CancellationToken stopping, string? dueAt = null, string way = "batch", string after = "") =>
            WayOf(way) is not { } which ? Results.BadRequest($"way is \"{way}\"; expected jobs or batch.")
            : !QueryInstant.TryRead(dueAt, out var tick) ? Results.BadRequest(QueryInstant.Refusal(nameof(dueAt), dueAt))
            : Results.Ok(await DifferencesAsync(db, which, tick, after, stopping))).Produces<DifferencesView>();
    }

    static RefreshWay? WayOf(string way) => Enum.GetValues<RefreshWay>()
        .Where(one => string.Equals(WalkStep.WordOf(one), way, StringComparison.OrdinalIgnoreCase)).Cast<RefreshWay?>().FirstOrDefault();

    static async Task<RefreshView> ReadAsync(SeatRefreshDbContext db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settings = await db.CurrentSettingsAsync(cancellationToken);
        var held = await db.Slots.Where(slot => slot.LeaseId != null && slot.LeasedUntil >= now)
            .Join(db.SlotLeases, slot => slot.LeaseId, lease => lease.LeaseId, (slot, lease) => lease).AsNoTracking().OrderBy(lease => lease.Slot)
            .ToListAsync(cancellationToken);
        var most = settings.MaxRunning + 1;
        var due = await db.Subscriptions.Where(x => x.NextRefreshAt <= now).Take(most).CountAsync(cancellationToken);
        var dayAgo = now.AddHours(-24);
        var walks = await db.Walks.AsNoTracking().OrderByDescending(walk => walk.DueAt).Take(4).ToListAsync(cancellationToken);
        // The batch sets no time for another try, so what it could not count is found by a look at all rows: only when it says that there is some.
        var tried = walks.Exists(walk => walk is { Mode: RefreshMode.On, Failed: > 0 }) ? db.Subscriptions : db.Subscriptions.Where(x => x.RetryAt != null);
        var failing = await tried.AsNoTracking().Where(x => x.Failures > 0).OrderByDescending(x => x.Failures).ThenBy(x => x.SubscriptionId).Take(FailingShown)
            .Select(x => new FailingView(x.SubscriptionId, x.Failures, x.LastError, x.Claim == null ? x.RetryAt : null)).ToListAsync(cancellationToken);
        return new RefreshView(
            held.Count, settings.MaxRunning, WordOf(settings.Jobs), WordOf(settings.Batch), settings.Draining, due, due == most,
            await db.Subscriptions.CountAsync(x => x.LastSeatRefreshAt >= dayAgo, cancellationToken),
            await db.Subscriptions.Where(x => x.NextRefreshAt != null && x.LastSeatRefreshAt != null).OrderBy(x => x.LastSeatRefreshAt)
                .Select(x => x.LastSeatRefreshAt).FirstOrDefaultAsync(cancellationToken),
            await db.Subscriptions.AnyAsync(x => x.NextRefreshAt != null && x.LastSeatRefreshAt == null, cancellationToken),
            failing,
            held.ConvertAll(lease => new SlotView(lease.Slot, lease.Holder, lease.TakenAt, lease.LeasedUntil, lease.Counted)),
            walks.ConvertAll(walk =>
                new WalkView(WalkStep.WordOf(walk.Way), WordOf(walk.Mode), walk.DueAt, walk.StartedAt, walk.DoneAt, walk.Seen, walk.Differences, walk.Failed)));
    }

    /// <summary>Those of the newest walk, or of the tick that is asked for.</summary>
    static async Task<DifferencesView?> DifferencesAsync(SeatRefreshDbContext db, RefreshWay way, DateTimeOffset? dueAt, string after,
        CancellationToken cancellationToken)
    {
        var tick = dueAt?.ToUniversalTime() ?? await db.Walks.Where(walk => walk.Way == way).OrderByDescending(walk => walk.DueAt)
            .Select(walk => (DateTimeOffset?)walk.DueAt).FirstOrDefaultAsync(cancellationToken);
        var found = await db.Differences.AsNoTracking().Where(x => x.Way == way && x.DueAt == tick && x.SubscriptionId.CompareTo(after) > 0)
            .OrderBy(x => x.SubscriptionId).Take(DifferencesShown).ToListAsync(cancellationToken);
        return new DifferencesView(WalkStep.WordOf(way), tick, found.ConvertAll(x =>
            new DifferenceView(x.SubscriptionId, new(x.StoredInUse, x.StoredMaxUsed, x.StoredOwed), new(x.InUse, x.MaxUsed, x.Owed), x.Reason, x.FoundAt)));
    }

    static string WordOf(RefreshMode mode) => mode.ToString().ToLowerInvariant();
}

/// <param name="Running">Jobs that hold a slot now, over all processes.</param>
/// <param name="Capacity">How many may; 0 is a pause.</param>
/// <param name="Jobs"><c>off</c>, <c>shadow</c> or <c>on</c>.</param>
/// <param name="Batch">The batch: the same.</param>
/// <param name="Draining">A tick came, and its work is not over.</param>
/// <param name="DueNow">Counted no further than the capacity and one.</param>
/// <param name="MoreAreDue">The count stopped there.</param>
/// <param name="DoneInLast24Hours">Subscriptions.</param>
/// <param name="OldestRefresh">Of a billable subscription that was ever counted.</param>
/// <param name="SomeWereNeverCounted">There are billable subscriptions without any count.</param>
/// <param name="Failing">Those which failed most.</param>
/// <param name="Slots">Those held now, by whom and since when.</param>
/// <param name="Walks">The newest of the batch and of shadow.</param>
public sealed record RefreshView(
    int Running, int Capacity, string Jobs, string Batch, bool Draining, int DueNow, bool MoreAreDue, int DoneInLast24Hours, DateTimeOffset? OldestRefresh,
        bool SomeWereNeverCounted,
    IReadOnlyList<FailingView> Failing, IReadOnlyList<SlotView> Slots, IReadOnlyList<WalkView> Walks);

public sealed record FailingView(string SubscriptionId, int Failures, string? Reason, DateTimeOffset? NextTryAt);

public sealed record SlotView(int Slot, string Holder, DateTimeOffset TakenAt, DateTimeOffset LeasedUntil, int Counted);

public sealed record WalkView(string Way, string Mode, DateTimeOffset DueAt, DateTimeOffset StartedAt, DateTimeOffset? DoneAt, int Seen,
    int Differences, int Failed);

public sealed record DifferencesView(string Way, DateTimeOffset? DueAt, IReadOnlyList<DifferenceView> Differences);

public sealed record DifferenceView(string SubscriptionId, FiguresView Stored, FiguresView Computed, string Reason, DateTimeOffset FoundAt);

public sealed record FiguresView(int InUse, int MaxUsed, int Owed);
