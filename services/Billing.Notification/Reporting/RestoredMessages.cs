using Billing.Hosting.Http;
using Billing.Hosting.Restoring;
using Billing.Notification.Delivering;
using Billing.Notification.Intake;
using Billing.Notification.Messages;
using Billing.Notification.Metrics;
using Billing.Notification.Queueing;
using Billing.Persistence;
using Billing.Views.Restoring;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Reporting;

/// <summary>
/// Messages that were brought back from a backup and had not ended there. Some left since: what lies on the other side says which. Of the others nobody knows,
/// and a release lets none of them leave unless a person says that nothing had left.
/// </summary>
sealed class RestoredMessages(
    Transactions<NotificationDbContext> transactions, Restorations<NotificationDbContext> restorations, IServiceProvider outlets, IBulkWriter bulk,
    FigureRecorder figures, Arrivals arrivals, TimeProvider clock)
{
    const int AtOnce = 1000;
    const int MostNamed = 200;

    static readonly MessageState[] Over = [MessageState.Sent, MessageState.Failed, MessageState.Dropped];

    /// <summary>Null when they were never brought back.</summary>
    public async Task<RestoredMessagesView?> LookAsync(NotificationDbContext db, CancellationToken cancellationToken)
    {
        if (await restorations.LastAsync(cancellationToken) is not { } restored)
            return null;
        var (waiting, left, unknown) = (0, 0, new List<string>());
        if (restored.ReleasedAt is null)
            await foreach (var message in db.Messages.AsNoTracking().Where(message => !Over.Contains(message.State))
                .Select(message => new { message.NotificationId, message.Channel, message.WorkspaceId, message.Template, message.State, message.QueuedAt })
                .AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                waiting++;
                if (HasLeft(message.NotificationId, message.Channel))
                    left++;
                else if (unknown.Count < MostNamed)
                    unknown.Add($"{message.NotificationId}: \"{message.Template ?? "text"}\" to {message.WorkspaceId}, {message.State} since "
                        + $"{message.QueuedAt:yyyy-MM-dd HH:mm:ss}Z");
            }

        return new RestoredMessagesView(restored.TakenAt, restored.RestoredAt, restored.ReleasedAt, restored.ReleasedBy, waiting, unknown, left);
    }

    public async Task<RestorationReleased> ReleaseAsync(string by, string why, bool nothingLeft, CancellationToken cancellationToken)
    {
        if (!await restorations.IsHeldAsync(cancellationToken))
            return new RestorationReleased(false, 0, 0);
        var (left, unknown) = (0, 0);
        while (!nothingLeft)
        {
            var ended = await EndSomeAsync(cancellationToken);
            left += ended.Count(message => message.State == MessageState.Sent);
            unknown += ended.Count(message => message.State == MessageState.Failed);
            if (ended.Count < AtOnce)
                break;
        }

        await transactions.RunAsync(
            db => db.ReleaseRestorationsAsync(by, why, nothingLeft, clock.GetUtcNow(), cancellationToken), cancellationToken);
        foreach (var channel in Enum.GetValues<Channel>())
            arrivals.Tell(channel);
        return new RestorationReleased(true, left, unknown);
    }

    async Task<List<OutgoingMessage>> EndSomeAsync(CancellationToken cancellationToken)
    {
        var (ended, outcomes) = await transactions.RunAsync(async db =>
        {
            var now = clock.GetUtcNow();
            var some = await db.Messages.AsNoTracking().Where(message => !Over.Contains(message.State)).OrderBy(message => message.NotificationId)
                .Take(AtOnce).ForUpdate().ToListAsync(cancellationToken);
            var ended = some.ConvertAll(message => HasLeft(message.NotificationId, message.Channel)
                ? message with { State = MessageState.Sent, Reason = DoubtfulMessages.Left, DueAt = null, EndedAt = now }
                : message with { State = MessageState.Failed, Reason = DoubtfulMessages.Reason, DueAt = null, EndedAt = now });
            await bulk.UpdateAsync(db, ended, message => new { message.State, message.Reason, message.DueAt, message.EndedAt }, cancellationToken);
            var outcomes = Outcome.Of(ended);
            await figures.OutcomesAsync(db, outcomes, cancellationToken);
            return (ended, outcomes);
        }, cancellationToken);
        figures.Committed(outcomes);
        return ended;
    }

    bool HasLeft(Guid id, Channel channel) => outlets.GetRequiredKeyedService<IOutlet>(channel).HasLeft(id, channel);
}

/// <summary>Of messages that were brought back: which may have left, and the word that lets messages leave again.</summary>
static class RestoringEndpoints
{
    public static void MapRestoring(this WebApplication app)
    {
        app.MapGet("/api/restoration", async Task<IResult> (RestoredMessages messages, NotificationDbContext db, CancellationToken stopping) =>
            await messages.LookAsync(db, stopping) is { } view ? TypedResults.Ok(view) : TypedResults.NotFound())
            .Produces<RestoredMessagesView>().Needs(Rights.Read);
        app.MapRelease((RestoredMessages messages, string by, string why, bool nothingLeft, CancellationToken stopping) =>
            messages.ReleaseAsync(by, why, nothingLeft, stopping));
        app.MapHeld<NotificationDbContext>();
    }
}
