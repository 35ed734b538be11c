using System.Data.Common;
using Billing.Notification.Messages;
using Billing.Notification.Queueing;
using Billing.Notification.Tests.House;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Billing.Notification.Tests.Queueing;

/// <summary>Statistics are of the moment at which they were taken. Nobody may pay with a look at the whole table when they are of a busy one.</summary>
public sealed class When_years_of_messages_lie_behind : IAsyncLifetime
{
    readonly NotificationHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();

    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public Task Should_see_by_an_index_that_nobody_waits_though_many_did() =>
        ReadsAnIndexAsync(nameof(MessageState.Queued), null, db => BacklogQueries.FirstInLine(db, Channel.Sms).CreateDbCommand());

    [Fact]
    public Task Should_see_by_an_index_that_nothing_is_due_though_much_was() =>
        ReadsAnIndexAsync(nameof(MessageState.Deferred), DateTimeOffset.UnixEpoch, db => BacklogQueries.FirstDue(db, Channel.Sms).CreateDbCommand());

    /// <summary>In a transaction that is rolled back, so that the service has none of these messages.</summary>
    async Task ReadsAnIndexAsync(string state, DateTimeOffset? dueAt, Func<NotificationDbContext, DbCommand> question)
    {
        var plan = await _house.AskAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlAsync($"""
                insert into "Notification" ("NotificationId", "Attempt", "Channel", "Priority", "QueuedAt", "Recipient", "WorkspaceId", "State", "DueAt")
                    select gen_random_uuid(), 1, 'Sms', 0, now(), 'nobody', 'acme', {state}, {dueAt} from generate_series(1, 5000);
                analyze "Notification";
                update "Notification" set "State" = 'Sent', "DueAt" = null, "EndedAt" = now();
                """);
            return await PlanAsync(question(db), transaction.GetDbTransaction());
        });
        Assert.Contains("Index", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
    }

    static async Task<string> PlanAsync(DbCommand command, DbTransaction transaction)
    {
        (command.CommandText, command.Transaction) = ($"explain {command.CommandText}", transaction);
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }
}
