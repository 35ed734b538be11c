using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Billing.Hosting.Tests;

/// <summary>Two addresses of one server: what matters here is which of them is asked, and what is said of it. A real standby is promoted by chaos.</summary>
public sealed class When_a_database_has_several_servers
{
    [Fact]
    public async Task Should_go_on_by_the_one_that_answers_and_say_what_is_read()
    {
        var journal = new Journal();
        await using var database = await SampleService.CreateDatabaseAsync();
        var server = new NpgsqlConnectionStringBuilder(TestServers.Postgres);
        await using var one = new TcpCut(server.Host!, server.Port);
        await using var other = new TcpCut(server.Host!, server.Port, cut: true);
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = $"{TcpCut.Host}:{one.Port},{TcpCut.Host}:{other.Port}" };
        connection.Remove("Port");
        await using var host = await HostUnderTest.StartAsync(SampleService.ConfigureBus, builder => SampleService.Configure(builder, journal),
            new() { ["Database:ConnectionString"] = connection.ConnectionString, ["Database:ReadReplica"] = "true" });
        Assert.Contains("\"replica\":{\"status\":\"Healthy\",\"reason\":\"the primary is read: no replica answers\"", await host.ReadyAsync(true), StringComparison.Ordinal);

        one.Cut();
        await host.App.Services.GetRequiredService<IBus>().Publish(new RegisterAccount { AccountId = "A-1", Currency = "USD", Seats = 1 });
        await host.ReadyAsync(false);
        other.Mend();       // as a standby does that is promoted

        await Eventually.HoldsAsync(() => Task.FromResult(journal.Told.Count == 1), "the message waited for the new primary");
        await host.ReadyAsync(true);
        await using var db = SampleService.Open(database);
        Assert.Equal(1, await db.Accounts.CountAsync());
    }
}
