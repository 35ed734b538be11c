using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Sets of values travel as one JSON parameter: no table type has to exist, and the plan is the same for any count.</summary>
sealed class SqlServerOutboxStatements : OutboxStatements
{
    readonly string _insertInbox;
    readonly string _insertMessages;
    readonly string _deleteCausedBy;
    readonly string _renewDelivery;
    readonly string _restartWindows;
    readonly string _claimOutboxes;
    readonly string _claimAbandoned;
    readonly string _claimDue;

    public SqlServerOutboxStatements(DbContext context)
    {
        var inbox = Table.Of<InboxState>(context);
        var messages = Table.Of<OutboxMessage>(context);
        var outbox = Table.Of<OutboxState>(context);
        var (messageId, consumerId) = (inbox[nameof(InboxState.MessageId)], inbox[nameof(InboxState.ConsumerId)]);
        var (causeId, causeConsumer) = (messages[nameof(OutboxMessage.InboxMessageId)], messages[nameof(OutboxMessage.InboxConsumerId)]);

        // The key itself makes a second delivery of the same message wait for the first one's commit. To look for what is absent would lock the gap around it,
        // and with ids that grow all consumers of a service would run one after the other.
        _insertInbox = OnceOnly(
            $"""
            INSERT INTO {inbox.Name} ({messageId}, {consumerId}, {inbox[nameof(InboxState.LockId)]}, {inbox[nameof(InboxState.Received)]},
                {inbox[nameof(InboxState.ReceiveCount)]}, {inbox[nameof(InboxState.Consumed)]},
                {inbox[nameof(InboxState.Delivered)]}, {inbox[nameof(InboxState.ExpirationTime)]})
            VALUES (@m, @c, @m, @now, 1, @now, @now, @expires)
            """);

        var columns = MessageColumn.All;
        _insertMessages =
            $"""
            INSERT INTO {messages.Name} ({string.Join(", ", columns.Select(column => messages[column.Property]))})
            SELECT {string.Join(", ", columns.Select(column => $"j.[{column.Property}]"))}
            FROM OPENJSON(@rows) WITH ([n] int, {string.Join(", ", columns.Select(column => $"[{column.Property}] {column.SqlServerType}"))}) j
            ORDER BY j.[n]
            """;

        _deleteCausedBy =
            $"""
            DELETE d FROM {messages.Name} d
            JOIN OPENJSON(@keys) WITH ([m] uniqueidentifier, [c] uniqueidentifier) k ON d.{causeId} = k.[m] AND d.{causeConsumer} = k.[c]
            """;

        var delivered = inbox[nameof(InboxState.Delivered)];
        _renewDelivery = $"UPDATE {inbox.Name} {{0}} SET {delivered} = @now WHERE {messageId} = @m AND {consumerId} = @c";

        _restartWindows = $"UPDATE {inbox.Name} {{0}} SET {delivered} = @now WHERE {inbox[nameof(InboxState.LockId)]} = @t";

        _claimOutboxes = ClaimOutboxesSql(outbox);

        _claimAbandoned =
            $"""
            SELECT i.{messageId}, i.{consumerId}
            FROM (SELECT TOP (@limit) {causeId} AS m, {causeConsumer} AS c
                  FROM {messages.Name} WITH (READPAST)
                  JOIN {inbox.Name} b WITH (READPAST) ON b.{messageId} = {causeId} AND b.{consumerId} = {causeConsumer}
                  WHERE {messages[nameof(OutboxMessage.SentTime)]} < @before AND (b.{delivered} IS NULL OR b.{delivered} < @before)
                      AND NOT EXISTS (SELECT 1 FROM OPENJSON(@except) WITH ([m] uniqueidentifier, [c] uniqueidentifier) e
                                      WHERE e.[m] = {causeId} AND e.[c] = {causeConsumer})
                  GROUP BY {causeId}, {causeConsumer}
                  ORDER BY MIN({messages[nameof(OutboxMessage.SequenceNumber)]})) k
            JOIN {inbox.Name} i WITH (UPDLOCK, ROWLOCK, READPAST) ON i.{messageId} = k.m AND i.{consumerId} = k.c
            WHERE i.{delivered} IS NULL OR i.{delivered} < @before
            """;

        _claimDue = ClaimDueSql(messages);
    }

    /// <summary>2601 and 2627 say that the key is there already: nothing is inserted, and the transaction goes on.</summary>
    public static string OnceOnly(string insert) =>
        $"""
        BEGIN TRY
        {insert};
        END TRY
        BEGIN CATCH
        IF ERROR_NUMBER() NOT IN (2601, 2627) THROW;
        END CATCH
        """;

    static string ClaimOutboxesSql(Table outbox) =>
        $"""
        SELECT TOP (@limit) {outbox[nameof(OutboxState.OutboxId)]} FROM {outbox.Name} WITH (UPDLOCK, ROWLOCK, READPAST)
        WHERE {outbox[nameof(OutboxState.OutboxId)]} NOT IN (SELECT CAST([value] AS uniqueidentifier) FROM OPENJSON(@except))
            AND ({outbox[nameof(OutboxState.LockId)]} = @nobody OR {outbox[nameof(OutboxState.Created)]} < @before)
        ORDER BY {outbox[nameof(OutboxState.Created)]}
        """;

    static string ClaimDueSql(Table messages) =>
        $"""
        SELECT TOP (@limit) {messages[nameof(OutboxMessage.SequenceNumber)]} FROM {messages.Name} WITH (UPDLOCK, ROWLOCK, READPAST)
        WHERE {messages[nameof(OutboxMessage.EnqueueTime)]} <= @now
            AND {messages[nameof(OutboxMessage.OutboxId)]} IS NULL AND {messages[nameof(OutboxMessage.InboxMessageId)]} IS NULL
        ORDER BY {messages[nameof(OutboxMessage.EnqueueTime)]}
        """;

    public override DbCommand InsertInbox(DbContext context, InboxKey key, DateTime now, DateTime? expires)
    {
        var command = context.CreateCommand(_insertInbox);
        command.AddValue("@m", key.MessageId);
        command.AddValue("@c", key.ConsumerId);
        AddInstant(command, "@now", now);
        AddInstant(command, "@expires", expires);
        return command;
    }

    public override DbCommand InsertMessages(DbContext context, IReadOnlyList<OutboxMessage> messages)
    {
        var command = context.CreateCommand(_insertMessages);
        command.AddValue("@rows", JsonSerializer.Serialize(messages.Select(ToRow)));
        return command;
    }

    public override DbCommand DeleteCausedBy(DbContext context, IReadOnlyCollection<InboxKey> causes)
    {
        var command = context.CreateCommand(_deleteCausedBy);
        command.AddValue("@keys", ToJson(causes));
        return command;
    }

    public override DbCommand RenewDelivery(DbContext context, InboxKey key, DateTime now)
    {
        var command = context.CreateCommand(string.Format(CultureInfo.InvariantCulture, _renewDelivery, PassingLocked(context)));
        command.AddValue("@m", key.MessageId);
        command.AddValue("@c", key.ConsumerId);
        AddInstant(command, "@now", now);
        return command;
    }

    public override DbCommand RestartWindows(DbContext context, Guid transactionId, DateTime now)
    {
        var command = context.CreateCommand(string.Format(CultureInfo.InvariantCulture, _restartWindows, PassingLocked(context)));
        command.AddValue("@t", transactionId);
        AddInstant(command, "@now", now);
        return command;
    }

    public override DbCommand ClaimOutboxes(DbContext context, int limit, DateTime before, IReadOnlyCollection<Guid> except)
    {
        var command = context.CreateCommand(_claimOutboxes);
        command.AddValue("@limit", limit);
        AddInstant(command, "@before", before);
        command.AddValue("@nobody", Guid.Empty);
        command.AddValue("@except", JsonSerializer.Serialize(except));
        return command;
    }

    public override DbCommand ClaimAbandoned(DbContext context, int limit, DateTime before, IReadOnlyCollection<InboxKey> except)
    {
        var command = context.CreateCommand(_claimAbandoned);
        command.AddValue("@limit", limit);
        AddInstant(command, "@before", before);
        command.AddValue("@except", ToJson(except));
        return command;
    }

    public override DbCommand ClaimDue(DbContext context, int limit, DateTime now)
    {
        var command = context.CreateCommand(_claimDue);
        command.AddValue("@limit", limit);
        AddInstant(command, "@now", now);
        return command;
    }

    /// <summary>Only these levels may pass over rows that others have locked.</summary>
    static string PassingLocked(DbContext context) =>
        context.Database.CurrentTransaction?.GetDbTransaction().IsolationLevel is null or IsolationLevel.ReadCommitted or IsolationLevel.RepeatableRead
            ? "WITH (ROWLOCK, READPAST)"
            : "WITH (ROWLOCK)";

    static string ToJson(IEnumerable<InboxKey> keys) => JsonSerializer.Serialize(keys.Select(key => new { m = key.MessageId, c = key.ConsumerId }));

    static Dictionary<string, object?> ToRow(OutboxMessage message, int n)
    {
        var row = new Dictionary<string, object?> { ["n"] = n };
        foreach (var column in MessageColumn.All)
            row[column.Property] = column.Value(message) switch
            {
                DateTime instant => instant.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture),
                var value => value,
            };
        return row;
    }

    static void AddInstant(DbCommand command, string name, DateTime? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = DbType.DateTime2;
        parameter.Value = value ?? (object)DBNull.Value;
        command.Parameters.Add(parameter);
    }
}
