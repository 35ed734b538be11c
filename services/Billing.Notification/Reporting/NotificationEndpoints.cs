using Billing.Hosting.Http;
using Billing.Notification.Delivering;
using Billing.Notification.Messages;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Reporting;

/// <summary>One message as people may see it: the address masked, the text left out.</summary>
public sealed record NotificationView(
    Guid NotificationId, Channel Channel, string WorkspaceId, string To, string? Template, MessageState State, string? Reason, int Attempt,
    DateTimeOffset QueuedAt, DateTimeOffset? DueAt, DateTimeOffset? EndedAt)
{
    /// <summary>What the provider reported since it took the message; null where it reports nothing.</summary>
    public DeliveryView? Delivery { get; init; }

    public static NotificationView Of(OutgoingMessage message) => new(
        message.NotificationId, message.Channel, message.WorkspaceId,
        message.Channel == Channel.Email ? Masked.Email(message.Recipient) : Masked.Phone(message.Recipient),
        message.Template, message.State, message.Reason, message.Attempt, message.QueuedAt, message.DueAt, message.EndedAt);
}

/// <summary>What the provider last said.</summary>
public sealed record DeliveryView(DeliveryStage Stage, string? Reference, string? Reason, DateTimeOffset At)
{
    public static DeliveryView? Of(DeliveryReport? report) => report is null ? null : new(report.Stage, report.Reference, report.Reason, report.At);
}

/// <summary>Messages of a channel by state.</summary>
public sealed record StateCounts(Channel Channel, long Queued, long Collected, long Sending, long Deferred, long Sent, long Failed, long Dropped);

/// <summary>What people and programs may read over HTTP. Nothing here changes anything: that is done by commands on the bus.</summary>
static class NotificationEndpoints
{
    /// <summary>Newest messages of a workspace in one answer.</summary>
    const int Newest = 100;

    public static void MapReporting(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/notifications/{id:guid}", async Task<IResult> (Guid id, NotificationDbContext db, CancellationToken stopping) =>
            await db.Messages.AsNoTracking().FirstOrDefaultAsync(message => message.NotificationId == id, stopping) is { } found
                ? TypedResults.Ok(NotificationView.Of(found) with { Delivery = DeliveryView.Of(await db.DeliveryReports.FindAsync([id], stopping)) })
                : TypedResults.NotFound()).Produces<NotificationView>();
        reads.MapGet("/api/notifications", async (string workspace, NotificationDbContext db, CancellationToken stopping) =>
            (await db.Messages.AsNoTracking().Where(message => message.WorkspaceId == workspace).OrderByDescending(message => message.QueuedAt).Take(Newest)
                .ToListAsync(stopping))
            .ConvertAll(NotificationView.Of));
        reads.MapGet("/api/notifications/counts", CountAsync);
        app.MapLimits();
    }

    /// <summary>
    /// The backlog is counted by its own small indexes, what has ended is kept as a sum. In one statement, so that no message is counted twice on its way.
    /// </summary>
    static async Task<StateCounts[]> CountAsync(NotificationDbContext db, CancellationToken stopping)
    {
        var counts = await db.Messages.Where(message => message.State == MessageState.Queued).GroupBy(message => new { message.Channel, message.State })
            .Select(group => new { group.Key.Channel, group.Key.State, Count = group.LongCount() })
            .Concat(db.Messages.Where(message => message.DueAt != null && message.State != MessageState.Queued)
                .GroupBy(message => new { message.Channel, message.State })
                .Select(group => new { group.Key.Channel, group.Key.State, Count = group.LongCount() }))
            .Concat(db.EndedCounts.Select(ended => new { ended.Channel, ended.State, ended.Count }))
            .ToListAsync(stopping);
        return [.. Enum.GetValues<Channel>().Select(channel => new StateCounts(
            channel, Of(channel, MessageState.Queued), Of(channel, MessageState.Collected), Of(channel, MessageState.Sending),
            Of(channel, MessageState.Deferred), Of(channel, MessageState.Sent), Of(channel, MessageState.Failed), Of(channel, MessageState.Dropped)))];

        long Of(Channel channel, MessageState state) => counts.Where(x => x.Channel == channel && x.State == state).Sum(x => x.Count);
    }
}
