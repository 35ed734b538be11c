namespace Billing.Contracts.Notification.V1;

/// <summary>Command. Sends one e-mail, once for each <see cref="NotificationId"/>.</summary>
public sealed record SendEmail
{
    /// <summary>The sender's own id of the message: the same id twice sends once.</summary>
    public required Guid NotificationId { get; init; }

    /// <summary>The workspace (for billing mail: the account) in whose turn it goes.</summary>
    public required string WorkspaceId { get; init; }

    /// <summary>Address of one recipient. Masked in logs.</summary>
    public required string To { get; init; }

    /// <summary>Name of the template, such as <c>invoice</c>; with <see cref="Values"/> it makes subject and text.</summary>
    public string? Template { get; init; }

    /// <summary>Values of the template's fields.</summary>
    public Dictionary<string, string>? Values { get; init; }

    /// <summary>Subject, when no template is named.</summary>
    public string? Subject { get; init; }

    /// <summary>Plain text, when no template is named.</summary>
    public string? Text { get; init; }
}

/// <summary>Command. Many e-mails in one message; each is sent, or fails, by itself.</summary>
public sealed record SendEmails
{
    /// <summary>At most 1,000.</summary>
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
    public required string To { get; init; }

    /// <summary>At most 1,600 characters.</summary>
    public required string Text { get; init; }
}
