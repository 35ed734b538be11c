using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

sealed class PostgresOutboxStatements : OutboxStatements
{
    readonly string _insertInbox;
    readonly string _insertMessages;
    readonly string _deleteCausedBy;
    readonly string _renewDelivery;
    readonly string _restartWindows;
    readonly string _claimOutboxes;
    readonly string _claimAbandoned;
    readonly string _claimDue;

    public PostgresOutboxStatements(DbContext context)
    {
        var inbox = Table.Of<InboxState>(context);
        var messages = Table.Of<OutboxMessage>(context);
        var outbox = Table.Of<OutboxState>(context);
        var (messageId, consumerId) = (inbox[nameof(InboxState.MessageId)], inbox[nameof(InboxState.ConsumerId)]);
        var (causeId, causeConsumer) = (messages[nameof(OutboxMessage.InboxMessageId)], messages[nameof(OutboxMessage.InboxConsumerId)]);

        _insertInbox =
            $"""
            INSERT INTO {inbox.Name} ({messageId}, {consumerId}, {inbox[nameof(InboxState.LockId)]}, {inbox[nameof(InboxState.Received)]},
                {inbox[nameof(InboxState.ReceiveCount)]}, {inbox[nameof(InboxState.Consumed)]},
                {inbox[nameof(InboxState.Delivered)]}, {inbox[nameof(InboxState.ExpirationTime)]})
            VALUES (@m, @c, @m, @now, 1, @now, @now, @expires)
            ON CONFLICT ({messageId}, {consumerId}) DO NOTHING
            """;

        var columns = MessageColumn.All;
        _insertMessages =
            $"""
            INSERT INTO {messages.Name} ({string.Join(", ", columns.Select(column => messages[column.Property]))})
            SELECT * FROM unnest({string.Join(", ", columns.Select((column, i) => $"@p{i}::{column.PostgresType}[]"))})
            """;

        _deleteCausedBy =
            $"""
            DELETE FROM {messages.Name} d USING unnest(@m, @c) AS k(m, c)
            WHERE d.{causeId} = k.m AND d.{causeConsumer} = k.c
            """;

        var delivered = inbox[nameof(InboxState.Delivered)];
        _renewDelivery =
            $"""
            UPDATE {inbox.Name} SET {delivered} = @now WHERE {inbox[nameof(InboxState.Id)]} IN
                (SELECT {inbox[nameof(InboxState.Id)]} FROM {inbox.Name} WHERE {messageId} = @m AND {consumerId} = @c FOR UPDATE SKIP LOCKED)
            """;

        _restartWindows = $"UPDATE {inbox.Name} SET {delivered} = @now WHERE {inbox[nameof(InboxState.LockId)]} = @t";

        _claimOutboxes = ClaimOutboxesSql(outbox);

        _claimAbandoned =
            $"""
            SELECT i.{messageId}, i.{consumerId}
            FROM (SELECT {causeId} AS m, {causeConsumer} AS c
                  FROM {messages.Name}
                  JOIN {inbox.Name} b ON b.{messageId} = {causeId} AND b.{consumerId} = {causeConsumer}
                  WHERE {messages[nameof(OutboxMessage.SentTime)]} < @before AND (b.{delivered} IS NULL OR b.{delivered} < @before)
                      AND ({causeId}, {causeConsumer}) NOT IN (SELECT * FROM unnest(@em, @ec))
                  GROUP BY {causeId}, {causeConsumer}
                  ORDER BY MIN({messages[nameof(OutboxMessage.SequenceNumber)]})
                  LIMIT @limit) k
            JOIN {inbox.Name} i ON i.{messageId} = k.m AND i.{consumerId} = k.c
            WHERE i.{delivered} IS NULL OR i.{delivered} < @before
            FOR UPDATE OF i SKIP LOCKED
            """;

        _claimDue = ClaimDueSql(messages);
    }

    static string ClaimOutboxesSql(Table outbox) =>
        $"""
        SELECT {outbox[nameof(OutboxState.OutboxId)]} FROM {outbox.Name}
        WHERE {outbox[nameof(OutboxState.OutboxId)]} <> ALL (@except)
            AND ({outbox[nameof(OutboxState.LockId)]} = @nobody OR {outbox[nameof(OutboxState.Created)]} < @before)
        ORDER BY {outbox[nameof(OutboxState.Created)]} LIMIT @limit FOR UPDATE SKIP LOCKED
        """;

    static string ClaimDueSql(Table messages) =>
        $"""
        SELECT {messages[nameof(OutboxMessage.SequenceNumber)]} FROM {messages.Name}
        WHERE {messages[nameof(OutboxMessage.EnqueueTime)]} <= @now
            AND {messages[nameof(OutboxMessage.OutboxId)]} IS NULL AND {messages[nameof(OutboxMessage.InboxMessageId)]} IS NULL
        ORDER BY {messages[nameof(OutboxMessage.EnqueueTime)]} LIMIT @limit FOR UPDATE SKIP LOCKED
        """;

    public override DbCommand InsertInbox(DbContext context, InboxKey key, DateTime now, DateTime? expires)
    {
        var command = context.CreateCommand(_insertInbox);
        command.AddValue("m", key.MessageId);
        command.AddValue("c", key.ConsumerId);
        command.AddValue("now", now);
        var expiration = command.CreateParameter();
        expiration.ParameterName = "expires";
        expiration.DbType = System.Data.DbType.DateTime; // UTC: a null of unknown type would have to be guessed by the server
        expiration.Value = expires?.ToUniversalTime() ?? (object)DBNull.Value;
        command.Parameters.Add(expiration);
        return command;
    }

    public override DbCommand InsertMessages(DbContext context, IReadOnlyList<OutboxMessage> messages)
    {
        var command = context.CreateCommand(_insertMessages);
        for (var i = 0; i < MessageColumn.All.Count; i++)
            command.AddValue($"p{i}", MessageColumn.All[i].ToArray(messages));
        return command;
    }

    public override DbCommand DeleteCausedBy(DbContext context, IReadOnlyCollection<InboxKey> causes)
    {
        var command = context.CreateCommand(_deleteCausedBy);
        command.AddValue("m", causes.Select(key => key.MessageId).ToArray());
        command.AddValue("c", causes.Select(key => key.ConsumerId).ToArray());
        return command;
    }

    public override DbCommand RenewDelivery(DbContext context, InboxKey key, DateTime now)
    {
        var command = context.CreateCommand(_renewDelivery);
        command.AddValue("m", key.MessageId);
        command.AddValue("c", key.ConsumerId);
        command.AddValue("now", now);
        return command;
    }

    public override DbCommand RestartWindows(DbContext context, Guid transactionId, DateTime now)
    {
        var command = context.CreateCommand(_restartWindows);
        command.AddValue("t", transactionId);
        command.AddValue("now", now);
        return command;
    }

    public override DbCommand ClaimOutboxes(DbContext context, int limit, DateTime before, IReadOnlyCollection<Guid> except)
    {
        var command = context.CreateCommand(_claimOutboxes);
        command.AddValue("limit", limit);
        command.AddValue("before", before);
        command.AddValue("nobody", Guid.Empty);
        command.AddValue("except", except.ToArray());
        return command;
    }

    public override DbCommand ClaimAbandoned(DbContext context, int limit, DateTime before, IReadOnlyCollection<InboxKey> except)
    {
        var command = context.CreateCommand(_claimAbandoned);
        command.AddValue("limit", limit);
        command.AddValue("before", before);
        command.AddValue("em", except.Select(key => key.MessageId).ToArray());
        command.AddValue("ec", except.Select(key => key.ConsumerId).ToArray());
        return command;
    }

    public override DbCommand ClaimDue(DbContext context, int limit, DateTime now)
    {
        var command = context.CreateCommand(_claimDue);
        command.AddValue("limit", limit);
        command.AddValue("now", now);
        return command;
    }
}
