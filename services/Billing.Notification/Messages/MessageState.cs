namespace Billing.Notification.Messages;

/// <summary>How far a message is.</summary>
public enum MessageState
{
    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>A process has it, until <see cref="OutgoingMessage.DueAt"/> at the latest, and has not begun to send it.</summary>
    Collected,

    /// <summary>A process sends it, until <see cref="OutgoingMessage.DueAt"/> at the latest. Only from here on may it have arrived.</summary>
    Sending,

    /// <summary>Waits for <see cref="OutgoingMessage.DueAt"/>: its time, or its next attempt.</summary>
    Deferred,

    Sent,
    Failed,

    /// <summary>Not sent, because another of the same key was.</summary>
    Dropped
}
