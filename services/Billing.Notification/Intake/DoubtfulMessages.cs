using Billing.Notification.Delivering;
using Billing.Notification.Messages;

namespace Billing.Notification.Intake;

/// <summary>
/// Messages of a sender whose books were brought back from a backup. One that lies on the other side has left, and is over. Of another nobody knows: it is
/// kept as failed, and sent by somebody's word only.
/// </summary>
static class DoubtfulMessages
{
    public const string Reason = "It may have left before its sender's books were brought back from a backup; ReplayNotifications sends it.";
    public const string Left = "It had left before its sender's books were brought back from a backup.";

    /// <summary>Later than it came: a message that ended as it came was refused, and is never replayed.</summary>
    static readonly TimeSpan After = TimeSpan.FromMilliseconds(1);

    public static OutgoingMessage OrHasLeft(this OutgoingMessage message, bool? mayHaveLeft, IOutlet outlet)
    {
        if (mayHaveLeft != true || message.State == MessageState.Failed)
            return message;
        var (state, reason) = outlet.HasLeft(message.NotificationId, message.Channel) ? (MessageState.Sent, Left) : (MessageState.Failed, Reason);
        return message with { State = state, Reason = reason, DueAt = null, EndedAt = message.QueuedAt + After };
    }
}
