using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Billing.Outbox;

/// <summary>
/// Tells the messages of a batch that are new from those that were consumed before, in one statement and in the DbContext's current
/// transaction: when that is rolled back, all are new again.
/// </summary>
public sealed class BatchInbox(TimeProvider clock)
{
    /// <summary>The messages of the batch that this consumer has not consumed before, each once, in the batch's order.</summary>
    public async Task<IReadOnlyList<ConsumeContext<T>>> TakeNewAsync<TConsumer, T>(DbContext db, Batch<T> batch, CancellationToken cancellationToken)
        where TConsumer : class
        where T : class
    {
        ArgumentNullException.ThrowIfNull(batch);
        var fresh = new HashSet<Guid>(await TakeNewAsync(db, ConsumerId.Of<TConsumer>(), [.. batch.Select(IdOf)], cancellationToken).ConfigureAwait(false));
        return [.. batch.Where(message => fresh.Remove(IdOf(message)))];
    }

    /// <summary>Marks the messages as consumed and returns those that were not before.</summary>
    public async Task<IReadOnlySet<Guid>> TakeNewAsync(DbContext db, Guid consumerId, IReadOnlyCollection<Guid> messageIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        if (db.Database.CurrentTransaction is not { } transaction)
            throw new InvalidOperationException("A batch inbox needs a transaction: without one a crash would leave messages marked that nobody consumed");
        var fresh = new HashSet<Guid>();
        await using var command = CreateCommand(db, transaction, consumerId, [.. messageIds.Distinct()]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            fresh.Add(reader.GetGuid(0));
        return fresh;
    }

    static Guid IdOf<T>(ConsumeContext<T> message)
        where T : class =>
        message.MessageId ?? throw new MessageException(typeof(T), "A message of a batch has no id: AddMessageIdentity gives it one");

    DbCommand CreateCommand(DbContext db, IDbContextTransaction transaction, Guid consumerId, Guid[] messageIds)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = transaction.GetDbTransaction();
        command.CommandText = InsertNewSql(db);
        Add("m", db.IsSqlServer() ? JsonSerializer.Serialize(messageIds) : messageIds);
        Add("c", consumerId);
        Add("t", transaction.TransactionId); // by which the outbox finds them again when the consumer is done
        Add("now", clock.GetUtcNow().UtcDateTime);
        return command;

        void Add(string name, object value)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }
    }

    internal static string InsertNewSql(DbContext db)
    {
        var (table, column) = db.TableOf<InboxState>();
        var (messageId, consumerId) = (column(nameof(InboxState.MessageId)), column(nameof(InboxState.ConsumerId)));
        var columns =
            $"{messageId}, {consumerId}, {column(nameof(InboxState.LockId))}, {column(nameof(InboxState.Received))}, "
            + $"{column(nameof(InboxState.ReceiveCount))}, {column(nameof(InboxState.Consumed))}, {column(nameof(InboxState.Delivered))}";

        // In one order everywhere, so that two batches that share messages cannot lock each other out. SQL Server has no way to pass over a key that is there
        // but to fail on it; to look for what is absent would lock the gap around it.
        return db.IsSqlServer()
            ? $"""
               DECLARE @new TABLE (m uniqueidentifier);
               DECLARE @k uniqueidentifier = (SELECT MIN(CAST([value] AS uniqueidentifier)) FROM OPENJSON(@m));
               WHILE @k IS NOT NULL
               BEGIN
               BEGIN TRY
               INSERT INTO {table} ({columns}) OUTPUT inserted.{messageId} INTO @new VALUES (@k, @c, @t, @now, 1, @now, @now);
               END TRY
               BEGIN CATCH
               IF ERROR_NUMBER() NOT IN (2601, 2627) THROW;
               END CATCH
               SET @k = (SELECT MIN(CAST([value] AS uniqueidentifier)) FROM OPENJSON(@m) WHERE CAST([value] AS uniqueidentifier) > @k);
               END
               SELECT m FROM @new;
               """
            : $"""
               INSERT INTO {table} ({columns})
               SELECT k.m, @c, @t, @now, 1, @now, @now FROM unnest(@m) AS k(m) ORDER BY k.m
               ON CONFLICT ({messageId}, {consumerId}) DO NOTHING
               RETURNING {messageId}
               """;
    }
}

/// <summary>Names a consumer in the inbox.</summary>
static class ConsumerId
{
    public static Guid Of<TConsumer>() => new(SHA256.HashData(Encoding.UTF8.GetBytes(typeof(TConsumer).FullName!)).AsSpan(0, 16));
}
