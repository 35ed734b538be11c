namespace Billing.Contracts.Notification.V1;

/// <summary>Command. Asks what became of messages; it sends nothing.</summary>
/// <remarks>Answered to the sender by <see cref="NotificationsFound"/>.</remarks>
public sealed record FindNotifications
{
    /// <summary>The senders' own ids, at most 1,000.</summary>
    public required Guid[] NotificationIds { get; init; }
}

/// <summary>Event. The answer to <see cref="FindNotifications"/>.</summary>
public sealed record NotificationsFound
{
    /// <summary>Those that are known, in no order; an id that is not among them never came.</summary>
    public required FoundNotification[] Notifications { get; init; }
}

/// <summary>A message that is known, and how far it is.</summary>
public sealed record FoundNotification
{
    public required Guid NotificationId { get; init; }

    /// <summary><c>Queued</c>, <c>Sending</c>, <c>Deferred</c>, <c>Sent</c> or <c>Failed</c>.</summary>
    public required string State { get; init; }
}
