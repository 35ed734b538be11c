using MassTransit.Context;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

public static class EntityFrameworkOutboxExtensions
{
    /// <summary>Writes an outgoing message down in the set instead of sending it.</summary>
    public static Task AddSend<T>(this DbSet<OutboxMessage> collection, SendContext<T> context, IObjectDeserializer deserializer,
        Guid? inboxMessageId = null, Guid? inboxConsumerId = null, Guid? outboxId = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(collection);
        var message = ToOutboxMessage(context, deserializer, TimeProvider.System);
        message.InboxMessageId = inboxMessageId;
        message.InboxConsumerId = inboxConsumerId;
        message.OutboxId = outboxId;
        lock (collection)
            collection.Add(message);
        return Task.CompletedTask;
    }

    /// <summary>What <c>Delay</c> is called among the properties of a message.</summary>
    const string DelayProperty = nameof(SendContext.Delay);

    internal static OutboxMessage ToOutboxMessage<T>(SendContext<T> context, IObjectDeserializer deserializer, TimeProvider clock)
        where T : class
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var due = context.Delay is { } delay && delay > TimeSpan.Zero ? now + delay : (DateTime?)null;
        var message = new OutboxMessage
        {
            MessageId = context.MessageId ?? throw new MessageException(typeof(T), "An outbox message needs a message id"),
            ConversationId = context.ConversationId,
            CorrelationId = context.CorrelationId,
            InitiatorId = context.InitiatorId,
            RequestId = context.RequestId,
            SourceAddress = context.SourceAddress,
            DestinationAddress = context.DestinationAddress,
            ResponseAddress = context.ResponseAddress,
            FaultAddress = context.FaultAddress,
            SentTime = now,
            EnqueueTime = due,
            ExpirationTime = context.TimeToLive is { } timeToLive ? (due ?? now) + timeToLive : null,
            ContentType = context.ContentType?.ToString() ?? context.Serialization.DefaultContentType.ToString(),
            MessageType = string.Join(';', context.SupportedMessageTypes),
            Body = context.Serializer.GetMessageBody(context).GetString(),
            Headers = deserializer.SerializeDictionary(context.Headers.GetAll()),
        };

        var properties = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        if (context is TransportSendContext<T> transport)
        {
            transport.WritePropertiesTo(properties);
            properties.Remove(DelayProperty); // the row waits: the broker would wait once more, and needs a plugin for it
            message.Properties = deserializer.SerializeDictionary(properties);
        }

        message.Remember(context.Headers, properties);
        return message;
    }
}
