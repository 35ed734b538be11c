namespace Billing.Notification;

/// <summary>One line for each business fact that no event tells.</summary>
static partial class Log
{
    [LoggerMessage(3001, LogLevel.Warning, "{Count} of {Of} messages cannot be sent as they were asked for; the first, {NotificationId}: {Reason}")]
    public static partial void Refused(this ILogger log, int count, int of, Guid notificationId, string reason);

    [LoggerMessage(3002, LogLevel.Information, "{Channel}: {Sent} sent, {Failed} failed, {Waiting} wait for another attempt")]
    public static partial void Delivered(this ILogger log, Channel channel, int sent, int failed, int waiting);

    [LoggerMessage(3003, LogLevel.Warning, "{Channel} message {NotificationId} of {WorkspaceId} failed: {Reason}")]
    public static partial void Failed(this ILogger log, Channel channel, Guid notificationId, string workspaceId, string reason);

    [LoggerMessage(3004, LogLevel.Error, "{Channel} messages are not sent for now; what was under way is taken up again")]
    public static partial void NotSending(this ILogger log, Channel channel, Exception trouble);
}
