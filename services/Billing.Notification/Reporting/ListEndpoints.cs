using Billing.Hosting.Http;
using Billing.Hosting.Validation;
using Billing.Notification.Delivering;
using Billing.Notification.Messages;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Reporting;

/// <summary>What waits of one workspace.</summary>
/// <param name="Channel">In which channel.</param>
/// <param name="WorkspaceId">Whose.</param>
/// <param name="Queued">Messages that wait for their turn.</param>
/// <param name="Oldest">Since when the oldest of them waits.</param>
public sealed record WaitingView(Channel Channel, string WorkspaceId, long Queued, DateTimeOffset Oldest);

/// <summary>Why messages failed.</summary>
/// <param name="Channel">In which channel.</param>
/// <param name="Reason">As it was said last.</param>
/// <param name="Count">How many.</param>
/// <param name="Last">When the last of them failed.</param>
public sealed record FailedReason(Channel Channel, string Reason, long Count, DateTimeOffset? Last);

/// <summary>Lists for people who operate; each reads an index that is as small as what it lists.</summary>
static class ListEndpoints
{
    /// <summary>Workspaces, or reasons, in one answer: those with the most.</summary>
    const int Shown = 50;

    const int Most = 500;

    public static void MapLists(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/notifications/waiting", (NotificationDbContext db, CancellationToken stopping) =>
            db.Messages.Where(message => message.State == MessageState.Queued).GroupBy(message => new { message.Channel, message.WorkspaceId })
                .Select(group => new { group.Key.Channel, group.Key.WorkspaceId, Queued = group.LongCount(), Oldest = group.Min(message => message.QueuedAt) })
                .OrderByDescending(waiting => waiting.Queued).ThenBy(waiting => waiting.WorkspaceId).Take(Shown)
                .Select(waiting => new WaitingView(waiting.Channel, waiting.WorkspaceId, waiting.Queued, waiting.Oldest)).ToListAsync(stopping));
        reads.MapGet("/api/notifications/failed/reasons", (NotificationDbContext db, CancellationToken stopping) =>
            db.Messages.Where(message => message.State == MessageState.Failed).GroupBy(message => new { message.Channel, message.Reason })
                .Select(group => new { group.Key.Channel, group.Key.Reason, Count = group.LongCount(), Last = group.Max(message => message.EndedAt) })
                .OrderByDescending(failed => failed.Count).Take(Shown)
                .Select(failed => new FailedReason(failed.Channel, failed.Reason ?? "", failed.Count, failed.Last)).ToListAsync(stopping));
        reads.MapGet("/api/notifications/failed", async Task<IResult> (string? before, int? limit, NotificationDbContext db, CancellationToken stopping) =>
            !QueryInstant.TryRead(before, out var end) ? TypedResults.BadRequest(QueryInstant.Refusal(nameof(before), before))
            : TypedResults.Ok((await db.Messages.AsNoTracking().Where(message => message.State == MessageState.Failed && (end == null || message.EndedAt < end))
                .OrderByDescending(message => message.EndedAt).Take(Math.Clamp(limit ?? 100, 1, Most)).ToListAsync(stopping)).ConvertAll(NotificationView.Of)))
            .Produces<List<NotificationView>>();
    }
}
