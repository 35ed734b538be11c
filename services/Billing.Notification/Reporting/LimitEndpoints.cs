using Billing.Hosting.Http;
using Billing.Limits;
using Billing.Notification.Limiting;
using Billing.Notification.Tiering;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Reporting;

/// <summary>How fast a channel may send now, over all processes, and what changed it lately.</summary>
/// <param name="Channel">Which.</param>
/// <param name="PerSecond">As set or configured; null is no limit, 0 a pause.</param>
/// <param name="Lowered">Less than that for now, because of what the provider says.</param>
/// <param name="HeldUntil">The provider asked to be left alone until then.</param>
/// <param name="InFlight">Messages handed over at the same time.</param>
/// <param name="Processes">That hold permits now, and how many.</param>
/// <param name="Changes">Newest first.</param>
public sealed record LimitView(Channel Channel, int? PerSecond, int? Lowered, DateTimeOffset? HeldUntil, int? InFlight, IReadOnlyList<int> Processes,
    IReadOnlyList<LimitChangeView> Changes);

public sealed record LimitChangeView(DateTimeOffset At, int? From, int? To, string Cause, string? By);

/// <summary>What is set of a workspace.</summary>
public sealed record WorkspaceView(string WorkspaceId, string? Tier, bool IsPaused, string? SetBy, DateTimeOffset? SetAt);

/// <summary>A tier that was set at run time.</summary>
public sealed record TierView(string Name, int Weight, int? EmailPerSecond, int? SmsPerSecond, string? SetBy, DateTimeOffset? SetAt);

static class LimitEndpoints
{
    const int Newest = 50;

    public static void MapLimits(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/limits", async (NotificationDbContext db, ISharedPermits permits, CancellationToken stopping) =>
        {
            var views = new List<LimitView>();
            foreach (var channel in Enum.GetValues<Channel>())
                views.Add(await ViewAsync(db, permits, channel, stopping));
            return views;
        });
        reads.MapGet("/api/workspaces/{**id:minlength(1)}", async Task<IResult> (string id, NotificationDbContext db, CancellationToken stopping) =>
            await db.Workspaces.AsNoTracking().Where(x => x.WorkspaceId == id)
                .Select(x => new WorkspaceView(x.WorkspaceId, x.Tier, x.IsPaused, x.SetBy, x.SetAt)).SingleOrDefaultAsync(stopping) is { } found
                ? TypedResults.Ok(found)
                : TypedResults.NotFound()).Produces<WorkspaceView>();
        reads.MapGet("/api/tiers", (NotificationDbContext db, CancellationToken stopping) =>
            db.Tiers.AsNoTracking().OrderBy(x => x.Name).Select(x => new TierView(x.Name, x.Weight, x.EmailPerSecond, x.SmsPerSecond, x.SetBy, x.SetAt))
                .ToListAsync(stopping));
    }

    static async Task<LimitView> ViewAsync(NotificationDbContext db, ISharedPermits permits, Channel channel, CancellationToken stopping)
    {
        var (name, inFlight) = (ChannelLimits.Sends(channel), ChannelLimits.InFlight(channel));
        var rows = await db.Set<PermitLimitRow>().AsNoTracking().Where(x => x.Name == name || x.Name == inFlight).ToListAsync(stopping);
        var row = rows.Find(x => x.Name == name);
        return new LimitView(
            channel, Of(name), row?.Lowered, row?.HeldUntil, Of(inFlight),
            await db.Set<PermitHolderRow>().Where(x => x.Name == name).OrderBy(x => x.Holder).Select(x => x.Count).ToListAsync(stopping),
            await db.LimitChanges.AsNoTracking().Where(x => x.Channel == channel).OrderByDescending(x => x.At).Take(Newest)
                .Select(x => new LimitChangeView(x.At, x.From, x.To, x.Cause, x.By)).ToListAsync(stopping));

        int? Of(string limit) => rows.Find(x => x.Name == limit).PermitsOr(permits.Of(limit).Configured);
    }
}
