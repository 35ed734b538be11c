namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>A column of <see cref="OutboxMessage"/> for statements that write many rows at once.</summary>
sealed record MessageColumn(string Property, string PostgresType, string SqlServerType, Func<IReadOnlyList<OutboxMessage>, Array> ToArray,
    Func<OutboxMessage, object?> Value)
{
    public static IReadOnlyList<MessageColumn> All { get; } =
    [
        Id(nameof(OutboxMessage.MessageId), x => x.MessageId),
        Id(nameof(OutboxMessage.ConversationId), x => x.ConversationId),
        Id(nameof(OutboxMessage.CorrelationId), x => x.CorrelationId),
        Id(nameof(OutboxMessage.InitiatorId), x => x.InitiatorId),
        Id(nameof(OutboxMessage.RequestId), x => x.RequestId),
        Id(nameof(OutboxMessage.InboxMessageId), x => x.InboxMessageId),
        Id(nameof(OutboxMessage.InboxConsumerId), x => x.InboxConsumerId),
        Id(nameof(OutboxMessage.OutboxId), x => x.OutboxId),
        Text(nameof(OutboxMessage.SourceAddress), x => x.SourceAddress?.ToString()),
        Text(nameof(OutboxMessage.DestinationAddress), x => x.DestinationAddress?.ToString()),
        Text(nameof(OutboxMessage.ResponseAddress), x => x.ResponseAddress?.ToString()),
        Text(nameof(OutboxMessage.FaultAddress), x => x.FaultAddress?.ToString()),
        Text(nameof(OutboxMessage.ContentType), x => x.ContentType),
        Text(nameof(OutboxMessage.MessageType), x => x.MessageType),
        Text(nameof(OutboxMessage.Body), x => x.Body),
        Text(nameof(OutboxMessage.Headers), x => x.Headers),
        Text(nameof(OutboxMessage.Properties), x => x.Properties),
        Instant(nameof(OutboxMessage.SentTime), x => x.SentTime),
        Instant(nameof(OutboxMessage.EnqueueTime), x => x.EnqueueTime),
        Instant(nameof(OutboxMessage.ExpirationTime), x => x.ExpirationTime),
    ];

    static MessageColumn Id(string property, Func<OutboxMessage, Guid?> value) =>
        new(property, "uuid", "uniqueidentifier", rows => Each(rows, value), row => value(row));

    static MessageColumn Text(string property, Func<OutboxMessage, string?> value) =>
        new(property, "text", "nvarchar(max)", rows => Each(rows, value), row => value(row));

    static MessageColumn Instant(string property, Func<OutboxMessage, DateTime?> value) =>
        new(property, "timestamptz", "datetime2", rows => Each(rows, value), row => value(row));

    static T[] Each<T>(IReadOnlyList<OutboxMessage> rows, Func<OutboxMessage, T> value)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(rows[i]);
        return values;
    }
}
