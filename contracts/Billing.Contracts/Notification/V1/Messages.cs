namespace Billing.Contracts.Notification.V1;

/// <summary>Command. Sends one e-mail, once for each <see cref="NotificationId"/>.</summary>
public sealed record SendEmail
{
    /// <summary>The sender's own id of the message: the same id twice sends once.</summary>
    public required Guid NotificationId { get; init; }

    /// <summary>The workspace (for billing mail: the account) in whose turn it goes.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>Address of one recipient. Masked in logs.</summary>
    [Confidential]
    public required string To { get; init; }

    /// <summary>Name of the template, such as <c>invoice</c>; with <see cref="Values"/> it makes subject and text.</summary>
    public string? Template { get; init; }

    /// <summary>Values of the template's fields.</summary>
    [Confidential]
    public Dictionary<string, string>? Values { get; init; }

    /// <summary>Subject, when no template is named.</summary>
    [Confidential]
    public string? Subject { get; init; }

    /// <summary>Plain text, when no template is named.</summary>
    [Confidential]
    public string? Text { get; init; }

    /// <summary>Among those of its workspace the higher leaves first, 0 to 9; 5 when left out.</summary>
    public int? Priority { get; init; }

    /// <summary>Not before then; at once when left out.</summary>
    public DateTimeOffset? SendAt { get; init; }

    /// <summary>Says which messages mean the same, so that only one of them is sent; each is sent when left out.</summary>
    public Deduplication? Deduplication { get; init; }

    /// <summary>
    /// True when its sender's books were brought back from a backup, and may have forgotten that it was sent. It is not sent by itself then: it fails with that
    /// reason, unless it is known to have left, and <see cref="ReplayNotifications"/> sends it.
    /// </summary>
    public bool? MayHaveLeft { get; init; }
}

/// <summary>Command. Many e-mails in one message; each is sent, or fails, by itself.</summary>
public sealed record SendEmails
{
    /// <summary>At most 1,000.</summary>
    [EachAlone]
    public required SendEmail[] Emails { get; init; }
}

/// <summary>Command. Sends one SMS, once for each <see cref="NotificationId"/>.</summary>
public sealed record SendSms
{
    /// <summary>The sender's own id of the message: the same id twice sends once.</summary>
    public required Guid NotificationId { get; init; }

    /// <summary>The workspace (for billing messages: the account) in whose turn it goes.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>E.164 number, such as <c>+4930123456</c>. Masked in logs.</summary>
    [Confidential]
    public required string To { get; init; }

    /// <summary>At most 1,600 characters.</summary>
    [Confidential]
    public required string Text { get; init; }

    /// <summary>Among those of its workspace the higher leaves first, 0 to 9; 5 when left out.</summary>
    public int? Priority { get; init; }

    /// <summary>Not before then; at once when left out.</summary>
    public DateTimeOffset? SendAt { get; init; }

    /// <summary>Says which messages mean the same, so that only one of them is sent; each is sent when left out.</summary>
    public Deduplication? Deduplication { get; init; }

    /// <summary>As for <see cref="SendEmail.MayHaveLeft"/>.</summary>
    public bool? MayHaveLeft { get; init; }
}

/// <summary>
/// Which messages of a workspace and channel mean the same, and which of them is sent. <see cref="NotificationDropped"/> tells of the others.
/// </summary>
public sealed record Deduplication
{
    /// <summary>The sender's own words for what is told, such as <c>invoice-ready:2026-10</c>; 1 to 128 characters.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// <c>Simple</c>: the first, until it was sent or has failed. <c>Throttle</c>: the first of each span of <see cref="For"/>. <c>Debounce</c>: the last, when
    /// none has come for <see cref="For"/>.
    /// </summary>
    public required string Mode { get; init; }

    /// <summary>One second to 30 days; needed for <c>Throttle</c> and <c>Debounce</c>.</summary>
    public TimeSpan? For { get; init; }
}
