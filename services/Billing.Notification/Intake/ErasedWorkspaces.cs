using Billing.Hosting.Personal;
using Billing.Notification.Messages;
using Billing.Notification.Metrics;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Intake;

/// <summary>
/// What becomes of messages of a workspace whose contact data was erased: those that wait are not sent, those that come are kept without their words.
/// </summary>
sealed class ErasedWorkspaces(NotificationDbContext db, FigureRecorder figures) : IErasureStep
{
    const string Reason = "The contact data of its workspace was erased: nothing is sent there any more.";

    static readonly MessageState[] Waiting = [MessageState.Queued, MessageState.Deferred];

    public async Task RunAsync(ErasedContact contact, CancellationToken cancellationToken)
    {
        foreach (var channel in Enum.GetValues<Channel>())
        {
            var ended = await db.Messages.Where(message => message.WorkspaceId == contact.AccountId && message.Channel == channel
                    && Waiting.Contains(message.State))
                .ExecuteUpdateAsync(set => set.SetProperty(message => message.State, MessageState.Failed)
                    .SetProperty(message => message.Reason, Reason).SetProperty(message => message.DueAt, (DateTimeOffset?)null)
                    .SetProperty(message => message.EndedAt, message => message.QueuedAt), cancellationToken);
            if (ended > 0)
                await figures.OutcomesAsync(db, [new Outcome(channel, MessageState.Failed, ended)], cancellationToken);
        }
    }

    /// <summary>The messages, those of erased workspaces as they are kept.</summary>
    public async Task<IReadOnlyList<OutgoingMessage>> WithoutContactsAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken)
    {
        var erased = await db.ErasedAmongAsync(messages.Select(message => message.WorkspaceId), cancellationToken);
        return erased.Count == 0 ? messages : [.. messages.Select(message => erased.Contains(message.WorkspaceId) ? Refused(message) : message)];
    }

    static OutgoingMessage Refused(OutgoingMessage message) => message with
    {
        Recipient = "",
        Subject = null,
        Text = null,
        Values = null,
        Same = null,
        State = MessageState.Failed,
        Reason = Reason,
        DueAt = null,
        EndedAt = message.QueuedAt
    };
}
