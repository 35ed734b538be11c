namespace Billing.Notification;

/// <summary>One line for each business fact that no event tells.</summary>
static partial class Log
{
    [LoggerMessage(3001, LogLevel.Warning, "{Count} of {Of} messages cannot be sent as they were asked for; the first, {NotificationId}: {Reason}")]
    public static partial void Refused(this ILogger log, int count, int of, Guid notificationId, string reason);

    [LoggerMessage(3002, LogLevel.Information,
        "{Channel} batch {BatchId} of {WorkspaceId}: {Sent} sent, {Failed} failed, {Deferred} deferred, {GivenBack} given back")]
    public static partial void Delivered(this ILogger log, Channel channel, string workspaceId, Guid batchId, int sent, int failed, int deferred,
        int givenBack);

    [LoggerMessage(3003, LogLevel.Warning, "{Channel} message {NotificationId} of {WorkspaceId} in batch {BatchId} failed: {Reason}")]
    public static partial void Failed(this ILogger log, Channel channel, Guid notificationId, string workspaceId, Guid batchId, string reason);

    [LoggerMessage(3010, LogLevel.Information, "{Channel} message {NotificationId} of {WorkspaceId} in batch {BatchId} is sent")]
    public static partial void Sent(this ILogger log, Channel channel, Guid notificationId, string workspaceId, Guid batchId);

    [LoggerMessage(3005, LogLevel.Warning, "The limit of {Channel} falls from {From} to {To} a second: {Cause}")]
    public static partial void LimitFalls(this ILogger log, Channel channel, int from, int to, string cause);

    [LoggerMessage(3006, LogLevel.Information, "The limit of {Channel} rises from {From} to {To} a second: {Cause}")]
    public static partial void LimitRises(this ILogger log, Channel channel, int from, int to, string cause);

    [LoggerMessage(3007, LogLevel.Warning, "{Channel} is held until {HeldUntil}: the provider asked for it")]
    public static partial void ChannelHeld(this ILogger log, Channel channel, DateTimeOffset heldUntil);

    [LoggerMessage(3004, LogLevel.Error, "{Channel} messages are not sent for now; what was under way is taken up again")]
    public static partial void NotSending(this ILogger log, Channel channel, Exception trouble);

    [LoggerMessage(3008, LogLevel.Information, "{Count} failed messages of {WorkspaceId} are sent again; asked for by {RequestedBy}")]
    public static partial void Replayed(this ILogger log, int count, string? workspaceId, string? requestedBy);

    [LoggerMessage(3009, LogLevel.Information,
        "{Channel} message {NotificationId} of {WorkspaceId} is dropped in favour of {KeptNotificationId}: the same key")]
    public static partial void Dropped(this ILogger log, Channel channel, Guid notificationId, string workspaceId, Guid keptNotificationId);

    [LoggerMessage(3020, LogLevel.Information, "The figures of {Scope} {WorkspaceId} were reset by {By}")]
    public static partial void FiguresReset(this ILogger log, string scope, string? workspaceId, string by);

    [LoggerMessage(3022, LogLevel.Warning, "{WorkspaceId} exceeds too often in {Channel}: {Count} times since {Since}; last: {ErrorMessage}")]
    public static partial void ExceedsTooOften(this ILogger log, string workspaceId, Channel channel, int count, DateTimeOffset since, string errorMessage);
}
