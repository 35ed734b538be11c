using System.Globalization;
using System.Net;
using System.Text.Json;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Billing.Hosting.Tests;

public sealed class When_a_server_goes_away
{
    static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Should_turn_red_for_the_database_within_ten_seconds_and_heal_with_nothing_lost()
    {
        var journal = new Journal();
        await using var database = await SampleService.CreateDatabaseAsync();
        await using var wire = WireToPostgres();
        await using var host = await StartAsync(journal, database, wire);

        wire.Cut();
        var body = await host.ReadyAsync(false, TenSeconds);
        Assert.Contains("\"database\":{\"status\":\"Unhealthy\"", body, StringComparison.Ordinal);
        Assert.Contains("\"masstransit-bus\":{\"status\":\"Healthy\"", body, StringComparison.Ordinal);
        using (var live = await host.Http.GetAsync("health/live"))
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        await host.App.Services.GetRequiredService<IBus>().Publish(new RegisterAccount { AccountId = "A-1", Currency = "USD", Seats = 1 });

        wire.Mend();
        await host.ReadyAsync(true);
        await Eventually.HoldsAsync(() => Task.FromResult(journal.Told.Count == 1), "the message waited for the database");
        await using var db = SampleService.Open(database);
        Assert.Equal(1, await db.Accounts.CountAsync());
    }

    [Fact]
    public async Task Should_turn_red_for_the_broker_within_ten_seconds_and_heal()
    {
        await using var wire = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port);
        await using var host = await HostUnderTest.StartAsync(
            x => x.AddConsumer<RegisterAccountConsumer>(), builder => builder.Services.AddSingleton<Journal>(), Through(wire));

        wire.Cut();
        await Eventually.HoldsAsync(() => host.ReadyAsync(false, TenSeconds),
            said => said.Contains("\"endpoints\":{\"status\":\"Unhealthy\"", StringComparison.Ordinal), "its endpoints are red", TenSeconds);
        using (var startup = await host.Http.GetAsync("health/startup"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, startup.StatusCode);       // nobody asked while it was ready

        wire.Mend();
        await host.ReadyAsync(true);
    }

    /// <summary>A node that is away is nobody's trouble as long as another one is there: the bus and the check of the health are connected to any.</summary>
    [Fact]
    public async Task Should_go_on_by_another_node_of_the_broker()
    {
        await using var first = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port);
        await using var second = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port, cut: true);
        var journal = new Journal();
        await using var host = await HostUnderTest.StartAsync(x => x.AddConsumer<RegisterAccountConsumer>(), builder => builder.Services.AddSingleton(journal),
            new() { ["RabbitMq:Host"] = $"{TcpCut.Host}:{first.Port},{TcpCut.Host}:{second.Port}", ["RabbitMq:Port"] = "1" });

        second.Mend();
        first.Cut();
        await Eventually.HoldsAsync(() => Task.FromResult(second.Connections), count => count >= 2, "both have come to the second");
        await host.ReadyAsync(true);

        first.Mend();
        second.Cut();
        await Eventually.HoldsAsync(() => Task.FromResult(first.Connections), count => count >= 2, "both have come back to the first");
        await host.ReadyAsync(true);
    }

    [Fact]
    public async Task Should_have_started_once_and_for_all_and_say_how_long_each_thing_takes()
    {
        await using var wire = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port, cut: true);
        await using var host = await HostUnderTest.StartAsync(x => x.AddConsumer<RegisterAccountConsumer>(),
            builder => builder.Services.AddSingleton<Journal>(), Through(wire), waitUntilReady: false);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StartupAsync());

        wire.Mend();
        await Eventually.HoldsAsync(StartupAsync, status => status == HttpStatusCode.OK, "it has started");
        using var said = JsonDocument.Parse(await host.ReadyAsync(true));
        Assert.All(said.RootElement.GetProperty("checks").EnumerateObject(), check =>
            Assert.InRange(check.Value.GetProperty("latencyMilliseconds").GetDouble(), 0, 60_000));
        Assert.Equal("answers", said.RootElement.GetProperty("checks").GetProperty("broker").GetProperty("reason").GetString());

        wire.Cut();
        await host.ReadyAsync(false);
        Assert.Equal(HttpStatusCode.OK, await StartupAsync());

        async Task<HttpStatusCode> StartupAsync()
        {
            using var answer = await host.Http.GetAsync("health/startup");
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Should_start_without_either_and_become_ready_when_both_are_there()
    {
        var journal = new Journal();
        await using var database = await SampleService.CreateDatabaseAsync();
        await using var toPostgres = WireToPostgres(cut: true);
        await using var toRabbitMq = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port, cut: true);
        await using var host = await StartAsync(journal, database, toPostgres, toRabbitMq);
        Assert.Contains("\"status\":\"Unhealthy\"", await host.ReadyAsync(false), StringComparison.Ordinal);

        toPostgres.Mend();
        toRabbitMq.Mend();
        await host.ReadyAsync(true);
        await host.App.Services.GetRequiredService<IBus>().Publish(new RegisterAccount { AccountId = "A-1", Currency = "USD", Seats = 1 });
        await Eventually.HoldsAsync(() => Task.FromResult(journal.Told.Count == 1), "it works");
    }

    static Task<HostUnderTest> StartAsync(Journal journal, TestDatabase database, TcpCut toPostgres, TcpCut? toRabbitMq = null)
    {
        var settings = toRabbitMq is null ? [] : Through(toRabbitMq);
        settings["Database:ConnectionString"] = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Host = TcpCut.Host,
            Port = toPostgres.Port,
        }.ConnectionString;
        return HostUnderTest.StartAsync(
            SampleService.ConfigureBus, builder => SampleService.Configure(builder, journal), settings, waitUntilReady: toRabbitMq is null);
    }

    static TcpCut WireToPostgres(bool cut = false)
    {
        var server = new NpgsqlConnectionStringBuilder(TestServers.Postgres);
        return new TcpCut(server.Host!, server.Port, cut);
    }

    static Dictionary<string, string?> Through(TcpCut wire) => new()
    {
        ["RabbitMq:Host"] = TcpCut.Host,
        ["RabbitMq:Port"] = wire.Port.ToString(CultureInfo.InvariantCulture),
    };
}
