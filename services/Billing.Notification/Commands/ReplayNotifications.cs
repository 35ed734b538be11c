using Billing.Contracts.Notification.V1;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Personal;
using Billing.Hosting.Validation;
using Billing.Notification.Messages;
using Billing.Notification.Metrics;
using Billing.Notification.Queueing;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Commands;

/// <summary>
/// A failed message waits for its turn again, with all its attempts before it. A message that was refused on arrival stays refused: it would be refused again.
/// </summary>
sealed class ReplayNotificationsConsumer(
    NotificationDbContext db, IBulkWriter bulk, Arrivals arrivals, FigureRecorder figures, TimeProvider clock, ILogger<ReplayNotificationsConsumer> log)
    : IConsumer<ReplayNotifications>
{
    /// <summary>In one transaction: a workspace with more is replayed in several.</summary>
    const int MostAtOnce = 1000;

    public async Task Consume(ConsumeContext<ReplayNotifications> context)
    {
        var (ask, stopping) = (context.Message, context.CancellationToken);
        var (replayed, some) = (0, 0);
        do
            replayed += some = await ReplayAsync(ask, stopping);
        while (some == MostAtOnce);
        if (replayed > 0)
            CommandOutcome.Changed("notification", ask.WorkspaceId ?? "", "replayed", after: new { replayed });
        else
            CommandOutcome.Unchanged("no such message has failed");
        log.Replayed(replayed, ask.WorkspaceId, ask.RequestedBy);
        foreach (var channel in Enum.GetValues<Channel>())
            arrivals.Tell(channel);
    }

    async Task<int> ReplayAsync(ReplayNotifications ask, CancellationToken stopping)
    {
        var failed = db.Messages.AsNoTracking().Where(message => message.State == MessageState.Failed && message.EndedAt != message.QueuedAt
            && message.WordsErasedAt == null
            && !db.Set<ErasedContact>().Any(contact => contact.AccountId == message.WorkspaceId));
        failed = ask.NotificationIds is { } ids ? failed.Where(message => ids.Contains(message.NotificationId))
            : failed.Where(message => message.WorkspaceId == ask.WorkspaceId);
        if (ask.FailedFrom is { } from)
            failed = failed.Where(message => message.EndedAt >= from);
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        var some = await failed.OrderBy(message => message.NotificationId).Take(MostAtOnce).ForUpdate().ToListAsync(stopping);
        var now = clock.GetUtcNow();
        await bulk.UpdateAsync(db, some.ConvertAll(message =>
            message with { State = MessageState.Queued, Attempt = 1, EndedAt = null, Reason = null, Since = now }),
            message => new { message.State, message.Attempt, message.EndedAt, message.Reason, message.Since }, stopping);
        await figures.ReplayedAsync(db, some, stopping);
        await transaction.CommitAsync(stopping);
        return some.Count;
    }
}

sealed class ReplayNotificationsValidator : AbstractValidator<ReplayNotifications>
{
    public ReplayNotificationsValidator()
    {
        RuleFor(x => x.NotificationIds).Must((ask, ids) => ids is null != ask.WorkspaceId is null).Expected("ids or a workspaceId, and not both");
        RuleFor(x => x.NotificationIds).Must(ids => ids is null or { Length: >= 1 and <= 1000 }).Expected("1 to 1,000 ids");
        RuleFor(x => x.WorkspaceId!).IsWorkspace().When(x => x.WorkspaceId is not null);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
