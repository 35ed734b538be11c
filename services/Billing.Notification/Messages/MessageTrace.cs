using MassTransit;

namespace Billing.Notification.Messages;

/// <summary>
/// The ids of the command that asked for a message. They are kept with it, because it leaves long after the command was handled, and perhaps from another
/// process.
/// </summary>
static class MessageTrace
{
    public static OutgoingMessage AskedForBy(this OutgoingMessage message, ConsumeContext command) => message with
    {
        BusMessageId = command.MessageId,
        ConversationId = command.ConversationId,
        CorrelationId = command.CorrelationId
    };

    /// <summary>Every line that is written meanwhile bears the ids, under the names that all services use.</summary>
    public static IDisposable? Trace(this ILogger log, OutgoingMessage message)
    {
        var ids = new Dictionary<string, object>(3);
        if (message.BusMessageId is { } id)
            ids["MessageId"] = id;
        if (message.ConversationId is { } conversation)
            ids["ConversationId"] = conversation;
        if (message.CorrelationId is { } correlation)
            ids["CorrelationId"] = correlation;
        return log.BeginScope(ids);
    }
}
