using MassTransit.Metadata;
using MassTransit.Middleware;
using MassTransit.Serialization;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>A message that was written down in a transaction and is still to be sent.</summary>
public class OutboxMessage : OutboxMessageContext
{
    static readonly Dictionary<string, object> NoProperties = new(StringComparer.OrdinalIgnoreCase);

    Headers? _headers;
    IReadOnlyDictionary<string, object>? _properties;

    /// <summary>Not to be sent before this instant.</summary>
    public DateTime? EnqueueTime { get; set; }

    public DateTime SentTime { get; set; }

    public string? Headers { get; set; }

    /// <summary>What only the transport understands, such as a routing key.</summary>
    public string? Properties { get; set; }

    /// <summary>The consumed message that caused this one; with <see cref="InboxConsumerId"/> it names the inbox row.</summary>
    public Guid? InboxMessageId { get; set; }

    public Guid? InboxConsumerId { get; set; }

    /// <summary>The bus outbox transaction that wrote this message.</summary>
    public Guid? OutboxId { get; set; }

    public long SequenceNumber { get; set; }

    public Guid MessageId { get; set; }

    public string ContentType { get; set; } = null!;

    public string MessageType { get; set; } = null!;

    public string Body { get; set; } = null!;

    public Guid? ConversationId { get; set; }

    public Guid? CorrelationId { get; set; }

    public Guid? InitiatorId { get; set; }

    public Guid? RequestId { get; set; }

    public Uri? SourceAddress { get; set; }

    public Uri? DestinationAddress { get; set; }

    public Uri? ResponseAddress { get; set; }

    public Uri? FaultAddress { get; set; }

    public DateTime? ExpirationTime { get; set; }

    Guid? MessageContext.MessageId => MessageId;

    DateTime? MessageContext.SentTime => SentTime;

    Headers MessageContext.Headers => _headers ?? EmptyHeaders.Instance;

    HostInfo MessageContext.Host => HostMetadataCache.Host;

    IReadOnlyDictionary<string, object> OutboxMessageContext.Properties => _properties ?? NoProperties;

    /// <summary>Makes headers and properties readable after the row was loaded.</summary>
    public void Deserialize(IObjectDeserializer deserializer)
    {
        var headers = deserializer.DeserializeDictionary<object?>(Headers);
        _headers = headers is { Count: > 0 } ? new DictionarySendHeaders(headers!) : EmptyHeaders.Instance;
        _properties = deserializer.DeserializeDictionary<object>(Properties) ?? NoProperties;
    }

    /// <summary>Keeps what is already in memory, so a message that is sent right after the commit is not parsed again.</summary>
    internal void Remember(Headers headers, IReadOnlyDictionary<string, object> properties)
    {
        _headers = headers;
        _properties = properties;
    }
}
