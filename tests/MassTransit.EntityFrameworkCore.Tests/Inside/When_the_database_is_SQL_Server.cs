using System.Data.Common;
using Billing.Outbox;
using Billing.Testing;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>What can be said about SQL Server without one: the text of each statement. With one, the whole suite runs against it.</summary>
public sealed class When_the_database_is_SQL_Server
{
    static readonly InboxKey Key = new(Guid.NewGuid(), Guid.NewGuid());

    [Fact]
    public void Should_create_the_three_tables_with_their_keys()
    {
        using var db = NewContext();
        var script = db.Database.GenerateCreateScript();
        Assert.Contains("CREATE TABLE [InboxState]", script, StringComparison.Ordinal);
        Assert.Contains("UNIQUE ([MessageId], [ConsumerId])", script, StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE [OutboxState]", script, StringComparison.Ordinal);
        Assert.Contains("[SequenceNumber] bigint NOT NULL IDENTITY", script, StringComparison.Ordinal);
        Assert.Contains("CREATE INDEX [IX_OutboxMessage_MessageId] ON [OutboxMessage] ([MessageId]) WHERE \"EnqueueTime\" IS NOT NULL", script,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Should_lock_a_saga_row_for_update()
    {
        using var db = NewContext();
        Assert.Equal("SELECT * FROM [Tallies] WITH (UPDLOCK, ROWLOCK) WHERE [CorrelationId] = {0}", new SqlServerLockStatementProvider()
            .GetRowLockStatement<Tally>(db));
        Assert.Equal("SELECT TOP 1 * FROM [OutboxState] WITH (UPDLOCK, ROWLOCK, READPAST) ORDER BY [Created]", new SqlServerLockStatementProvider()
            .GetOutboxStatement(db));
    }

    [Fact]
    public void Should_insert_what_it_takes_and_pass_over_a_repeat_without_a_look_at_what_is_absent()
    {
        using var db = NewContext();
        using var command = Statements(db).InsertInbox(db, Key, new DateTime(2026, 10, 31, 0, 0, 0, DateTimeKind.Utc), null);
        Assert.DoesNotContain("HOLDLOCK", command.CommandText, StringComparison.Ordinal);
        Assert.Contains("IF ERROR_NUMBER() NOT IN (2601, 2627) THROW", command.CommandText, StringComparison.Ordinal);
        Assert.Equal(4, command.Parameters.Count);
    }

    [Fact]
    public void Should_write_many_messages_in_their_order_by_one_statement()
    {
        using var db = NewContext();
        OutboxMessage[] messages = [.. Enumerable.Range(0, 3)
            .Select(i => new OutboxMessage { MessageId = NewId.NextGuid(), Body = $"{i} \"quoted\" 'and' {{braced}}", ContentType = "x", MessageType = "y" })];
        using var command = Statements(db).InsertMessages(db, messages);
        Assert.Contains("FROM OPENJSON(@rows)", command.CommandText, StringComparison.Ordinal);
        Assert.EndsWith("ORDER BY j.[n]", command.CommandText, StringComparison.Ordinal);
        using var rows = System.Text.Json.JsonDocument.Parse((string)command.Parameters[0].Value!);
        Assert.Equal([0, 1, 2], rows.RootElement.EnumerateArray().Select(row => row.GetProperty("n").GetInt32()));
        Assert.Equal(messages.Select(x => x.Body), rows.RootElement.EnumerateArray().Select(row => row.GetProperty("Body").GetString()));
    }

    [Fact]
    public void Should_write_every_column_that_a_message_has()
    {
        using var db = NewContext();
        var columns = db.Model.FindEntityType(typeof(OutboxMessage))!.GetProperties().Select(x => x.Name).Except([nameof(OutboxMessage.SequenceNumber)]);
        Assert.Equal(columns.Order(), MessageColumn.All.Select(x => x.Property).Order());
    }

    [Fact]
    public void Should_skip_what_others_have_locked()
    {
        using var db = NewContext();
        var statements = Statements(db);
        using var outboxes = statements.ClaimOutboxes(db, 10, default, []);
        using var abandoned = statements.ClaimAbandoned(db, 10, default, [Key]);
        using var due = statements.ClaimDue(db, 10, default);
        Assert.Contains("[OutboxState] WITH (UPDLOCK, ROWLOCK, READPAST)", outboxes.CommandText, StringComparison.Ordinal);
        using var renewal = statements.RenewDelivery(db, Key, default);
        Assert.Contains("[InboxState] WITH (ROWLOCK, READPAST)", renewal.CommandText, StringComparison.Ordinal);
        Assert.Contains("[InboxState] i WITH (UPDLOCK, ROWLOCK, READPAST)", abandoned.CommandText, StringComparison.Ordinal);
        Assert.Contains("[OutboxMessage] WITH (UPDLOCK, ROWLOCK, READPAST)", due.CommandText, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_tell_new_messages_of_a_batch_in_one_statement()
    {
        using var db = NewContext();
        var sql = BatchInbox.InsertNewSql(db);
        Assert.Contains("OUTPUT inserted.[MessageId]", sql, StringComparison.Ordinal);
        Assert.DoesNotContain("HOLDLOCK", sql, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_be_read_by_the_grammar()
    {
        using var db = NewContext();
        var statements = Statements(db);
        List<DbCommand> commands =
        [
            statements.InsertInbox(db, Key, default, null), statements.InsertMessages(db, [new OutboxMessage { Body = "", ContentType = "x", MessageType = "y" }]),
            statements.DeleteCausedBy(db, [Key]), statements.RenewDelivery(db, Key, default), statements.RestartWindows(db, Guid.NewGuid(), default),
            statements.ClaimOutboxes(db, 10, default, []), statements.ClaimAbandoned(db, 10, default, []), statements.ClaimDue(db, 10, default)
        ];
        Assert.All(commands, command => Assert.Empty(TransactSql.Faults(command.CommandText)));
        Assert.Empty(TransactSql.Faults(BatchInbox.InsertNewSql(db)));
        Assert.Empty(TransactSql.Faults(db.Database.GenerateCreateScript()));
        commands.ForEach(command => command.Dispose());
    }

    static OutboxStatements Statements(DbContext db) => OutboxStatements.For(new SqlServerLockStatementProvider(), db);

    static LedgerContext NewContext() =>
        new(new DbContextOptionsBuilder<LedgerContext>().UseSqlServer("Server=nowhere;Database=none;Connect Timeout=1").Options);
}
