namespace Billing.Contracts.Notification.V1;

/// <summary>Command. Sets how fast a channel may send, over all processes together. It counts within about a second, and until it is set again.</summary>
public sealed record SetSendingLimit
{
    /// <summary><c>Email</c> or <c>Sms</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>
    /// Messages in any one second, 1 to 10,000; 0 pauses the channel. Null only with <see cref="Unlimited"/>: who forgets the number takes no limit away.
    /// </summary>
    public required int? PerSecond { get; init; }

    /// <summary>Takes the limit away.</summary>
    public bool Unlimited { get; init; }

    /// <summary>Messages handed over at the same time, 1 to 100; left as it is when left out.</summary>
    public int? InFlight { get; init; }

    /// <summary>The person who asks; kept with the limit.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Command. Makes a tier, or changes it: what each of its workspaces may have. It counts for the next message.</summary>
public sealed record SetTier
{
    /// <summary>1 to 32 characters, such as <c>premium</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Messages in each turn of one of its workspaces, against those of the others, 1 to 100.</summary>
    public required int Weight { get; init; }

    /// <summary>E-mails a second of one of its workspaces at most, 1 to 10,000; no limit of its own when left out.</summary>
    public int? EmailPerSecond { get; init; }

    /// <summary>SMS a second of one of its workspaces at most, 1 to 10,000; no limit of its own when left out.</summary>
    public int? SmsPerSecond { get; init; }

    /// <summary>The person who asks; kept with the tier.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Command. Puts a workspace into a tier. It counts for the next message.</summary>
public sealed record SetWorkspaceTier
{
    public required string WorkspaceId { get; init; }

    /// <summary>A tier that is known; the tier of all when left out.</summary>
    public string? Tier { get; init; }

    /// <summary>The person who asks; kept with the workspace.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Command. Nothing of the workspace leaves any more, but for what is being sent; what comes in is kept.</summary>
public sealed record PauseWorkspace
{
    public required string WorkspaceId { get; init; }

    /// <summary>The person who asks; kept with the workspace.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Command. Takes back <see cref="PauseWorkspace"/>.</summary>
public sealed record ResumeWorkspace
{
    public required string WorkspaceId { get; init; }

    /// <summary>The person who asks; kept with the workspace.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Command. Sends again what had failed: those with these ids, or those of a workspace. What did not fail is left alone.</summary>
public sealed record ReplayNotifications
{
    /// <summary>At most 1,000; or else a workspace.</summary>
    public Guid[]? NotificationIds { get; init; }

    /// <summary>All of this workspace that failed; or else ids.</summary>
    public string? WorkspaceId { get; init; }

    /// <summary>Only those that failed from then on.</summary>
    public DateTimeOffset? FailedFrom { get; init; }

    /// <summary>The person who asks.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. A message was not sent, because another of the same key is, or was.</summary>
public sealed record NotificationDropped
{
    /// <summary>The one that is not sent.</summary>
    public required Guid NotificationId { get; init; }

    /// <summary>The one in whose favour.</summary>
    public required Guid KeptNotificationId { get; init; }

    public required string WorkspaceId { get; init; }

    /// <summary><c>Email</c> or <c>Sms</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>The sender's key.</summary>
    public required string Key { get; init; }

    /// <summary><c>Simple</c>, <c>Throttle</c> or <c>Debounce</c>.</summary>
    public required string Mode { get; init; }

    public required DateTimeOffset DroppedAt { get; init; }
}
