using System.Diagnostics;
using Billing.Hosting.Bus;
using Billing.Hosting.Logging;
using Billing.Hosting.Telemetry;
using MassTransit;

namespace Billing.Notification.Messages;

/// <summary>
/// The ids of the command that asked for a message. They are kept with it, because it leaves long after the command was handled, and perhaps from another
/// process.
/// </summary>
static class MessageTrace
{
    static readonly ActivitySource Source = new("Billing.Notification");

    public static OutgoingMessage AskedForBy(this OutgoingMessage message, ConsumeContext command) => message with
    {
        BusMessageId = command.MessageId,
        ConversationId = command.ConversationId,
        CorrelationId = command.CorrelationId,
        TraceParent = ReceivedTrace.Of(command)
    };

    /// <summary>Every line that is written meanwhile bears the ids, under the names that all services use, and is of the command's trace.</summary>
    public static IDisposable Trace(this ILogger log, OutgoingMessage message) =>
        new Traced(message.Follow("told", ActivityKind.Internal),
            log.BeginScope(LogIds.Of(message.BusMessageId, message.ConversationId, message.CorrelationId)));

    /// <summary>Goes on with the trace of the command that asked for the message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="what">Is done with it.</param>
    /// <param name="kind">How it stands to the other side.</param>
    public static Activity? Follow(this OutgoingMessage message, string what, ActivityKind kind)
    {
        var activity = Source.Follow($"{message.Channel.ToString().ToLowerInvariant()} {what}", message.TraceParent, kind);
        return activity?.SetTag("billing.notification_id", message.NotificationId);
    }

    sealed class Traced(Activity? activity, IDisposable? scope) : IDisposable
    {
        public void Dispose()
        {
            scope?.Dispose();
            activity?.Dispose();
        }
    }
}
