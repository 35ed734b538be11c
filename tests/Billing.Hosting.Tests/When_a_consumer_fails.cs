using System.Net;
using System.Net.Sockets;
using Billing.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Billing.Hosting.Tests;

public sealed class When_a_consumer_fails : IAsyncLifetime
{
    const string Queue = "sample-register-account";
    readonly Journal _journal = new();
    HostUnderTest _host = null!;

    public async Task InitializeAsync() => _host = await HostUnderTest.StartAsync(
        x => x.AddConsumer<RegisterAccountConsumer>(), builder => builder.Services.AddSingleton(_journal));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Should_try_again_until_the_database_is_back()
    {
        for (var i = 0; i < 6; i++)
            _journal.ToThrow.Enqueue(Faults.DatabaseIsGone());

        await SendAsync("A-1");

        await Eventually.HoldsAsync(() => Task.FromResult(_journal.Handled.Count == 1), "it is handled in the end");
        Assert.Equal(7, _journal.Attempts);
        Assert.Equal(0, await _host.MessagesInQueueAsync($"{Queue}_error"));
    }

    [Fact]
    public async Task Should_park_its_own_fault_after_a_few_quick_tries()
    {
        for (var i = 0; i < 10; i++)
            _journal.ToThrow.Enqueue(new InvalidOperationException("there is no such tariff"));

        await SendAsync("A-1");

        var parked = await _host.TakeFromQueueAsync($"{Queue}_error");
        Assert.Equal("there is no such tariff", parked.GetProperty("properties").GetProperty("headers").GetProperty("MT-Fault-Message").GetString());
        Assert.Equal(4, _journal.Attempts);
    }

    [Fact]
    public async Task Should_park_a_statement_that_takes_too_long_each_time()
    {
        var tooLong = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync("select pg_sleep(30)", commandTimeout: 1));
        for (var i = 0; i < 10; i++)
            _journal.ToThrow.Enqueue(tooLong);

        await SendAsync("A-1");

        await _host.TakeFromQueueAsync($"{Queue}_error");
        Assert.Equal(4, _journal.Attempts);
    }

    [Theory]
    [InlineData(1)]     // over before the first byte is read
    [InlineData(3)]     // over while the server's first answer is waited for, which reads like a statement that took too long
    public async Task Should_wait_for_a_server_that_cannot_be_reached_in_time(int seconds)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);      // takes the connection and says nothing
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var unreachable = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync("select 1", commandTimeout: 1, $";Host=127.0.0.1;Port={port};Timeout={seconds};Pooling=false"));
        for (var i = 0; i < 6; i++)
            _journal.ToThrow.Enqueue(unreachable);

        await SendAsync("A-1");

        await Eventually.HoldsAsync(() => Task.FromResult(_journal.Handled.Count == 1), "it is handled in the end");
        Assert.Equal(7, _journal.Attempts);
    }

    static async Task RunAsync(string sql, int commandTimeout, string more = "")
    {
        await using var connection = new NpgsqlConnection($"{TestServers.Postgres};Database=postgres{more}");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = commandTimeout };
        await command.ExecuteNonQueryAsync();
    }

    [Fact]
    public async Task Should_park_a_call_that_took_too_long_instead_of_circling()
    {
        for (var i = 0; i < 10; i++)
            _journal.ToThrow.Enqueue(new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout."));

        await SendAsync("A-1");

        var parked = await _host.TakeFromQueueAsync($"{Queue}_error");
        Assert.Contains("canceled", parked.GetProperty("properties").ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(4, _journal.Attempts);
    }

    [Fact]
    public async Task Should_give_the_message_back_when_the_host_stops_while_it_waits()
    {
        for (var i = 0; i < 1000; i++)
            _journal.ToThrow.Enqueue(Faults.DatabaseIsGone());
        await SendAsync("A-1");
        await Eventually.HoldsAsync(() => Task.FromResult(_journal.Attempts >= 2), "it was tried");

        await _host.StopAsync();

        await Eventually.HoldsAsync(async () => await _host.MessagesInQueueAsync(Queue) == 1, "it is back in its queue");
        Assert.Equal(0, await _host.MessagesInQueueAsync($"{Queue}_error"));
        Assert.Empty(_journal.Handled);
    }

    [Fact]
    public async Task Should_finish_what_was_taken_before_it_stops()
    {
        var release = new TaskCompletionSource();
        _journal.Meanwhile = _ => release.Task;
        await SendAsync("A-1");
        await Eventually.HoldsAsync(() => Task.FromResult(_journal.Attempts == 1), "it was taken");

        var stopping = _host.StopAsync();
        release.SetResult();
        await stopping;

        Assert.Single(_journal.Handled);
        Assert.Equal(0, await _host.MessagesInQueueAsync(Queue));
    }

    async Task SendAsync(string account) => await _host.App.Services.GetRequiredService<IBus>()
        .Publish(new RegisterAccount { AccountId = account, Currency = "USD", Seats = 1 });
}
