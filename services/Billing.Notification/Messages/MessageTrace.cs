using Billing.Hosting.Logging;
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
    public static IDisposable? Trace(this ILogger log, OutgoingMessage message) =>
        log.BeginScope(LogIds.Of(message.BusMessageId, message.ConversationId, message.CorrelationId));
}
