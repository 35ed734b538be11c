using Billing.Testing;
using Npgsql;
using Xunit;

namespace Billing.Scheduler.Tests;

/// <summary>The step before a rollout, as the jobs of <c>infra/kubernetes</c> start it: <c>Database:OnlyMigrate</c>, and no broker in reach.</summary>
public sealed class When_only_the_tables_are_made : IAsyncLifetime
{
    TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateAsync("scheduler");
    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Should_end_when_they_are_there_and_need_their_owner_no_more()
    {
        using (var job = await EndOfAsync(owner: _database.Access.Owner))
            Assert.True(job.ExitCode == 0, job.Output);
        Assert.Equal(1, await CountAsync("select count(*) from pg_tables where tablename = 'Schedule' and tableowner = 'test_scheduler_owner'"));
        // those that a library makes come with them
        Assert.NotEqual(0, await CountAsync("select count(*) from pg_tables where tablename like 'qrtz_%' and tableowner = 'test_scheduler_owner'"));
        using (var again = await EndOfAsync(owner: null))
            Assert.True(again.ExitCode == 0, again.Output);
    }

    [Fact]
    public async Task Should_end_with_1_and_a_sentence_when_nobody_may_make_them()
    {
        using var job = await EndOfAsync(owner: null);
        Assert.Equal(1, job.ExitCode);
        await Eventually.HoldsAsync(() => Task.FromResult(job.Output), said => said.Contains(
            "this user may not change them: set Database:OwnerConnectionString", StringComparison.Ordinal), "it says what is missing");
        Assert.Equal(0, await CountAsync("select count(*) from pg_tables where schemaname = 'public'"));
    }

    async Task<ServiceProcess> EndOfAsync(string? owner)
    {
        var job = new ServiceProcess("services/Billing.Scheduler", new()
        {
            ["Database__OnlyMigrate"] = "true",
            ["Database__ConnectionString"] = _database.Access.Service,
            ["Database__OwnerConnectionString"] = owner ?? "",
            ["RabbitMq__Host"] = "nowhere.invalid",
            ["RabbitMq__Username"] = "nobody",
            ["RabbitMq__Password"] = "none"
        });
        job.Start();
        await Eventually.HoldsAsync(() => Task.FromResult(job.HasEnded), "the process has ended");
        return job;
    }

    async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
