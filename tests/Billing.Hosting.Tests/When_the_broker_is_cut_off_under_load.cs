using System.Globalization;
using Billing.Hosting.Bus;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Billing.Hosting.Tests;

/// <summary>Polite closes heal easily; a wire that breaks while messages wait for their confirmation is what can hang for ever.</summary>
[Trait("Category", "Slow")]
public sealed class When_the_broker_is_cut_off_under_load
{
    const int Messages = 300;
    const int Rounds = 4;

    [Fact]
    public async Task Should_handle_every_message_after_each_mend()
    {
        var journal = new Journal();
        await using var broker = await TestVirtualHost.CreateAsync("hosting");
        await using var database = await SampleService.CreateDatabaseAsync();
        await using var wire = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port);
        var service = await SupervisedAsync(broker, database, wire, journal);

        for (var round = 1; round <= Rounds; round++)
        {
            var before = journal.Told.Count;
            await PublishAsync(broker, round);
            await Eventually.HoldsAsync(() => Task.FromResult(journal.Told.Count >= before + (Messages * round / 5)), "the work is in full swing");
            if (round % 2 == 0)
                wire.DropConnections();
            else
                wire.Cut();
            wire.Mend();

            var expected = Messages * round;
            await Eventually.HoldsAsync(async () =>
            {
                if (service.Ended.ExitCode is not null)
                    service = await SupervisedAsync(broker, database, wire, journal);
                return journal.Told.Distinct().Count();
            }, count => count == expected, $"all of round {round}");
        }

        await using var db = SampleService.Open(database);
        Assert.Equal(
            Enumerable.Range(1, Rounds).SelectMany(Names).Order(StringComparer.Ordinal),
            (await db.Accounts.Select(account => account.Id).ToListAsync()).Order(StringComparer.Ordinal));
        wire.Cut();
    }

    /// <summary>A service, and the word that its supervisor hears when it gives up.</summary>
    static async Task<(HostUnderTest Host, HeardEnd Ended)> SupervisedAsync(TestVirtualHost broker, TestDatabase database, TcpCut wire, Journal journal)
    {
        HeardEnd? ended = null;
        var host = await HostUnderTest.StartAsync(
            SampleService.ConfigureBus,
            builder =>
            {
                SampleService.Configure(builder, journal);
                builder.Services.AddSingleton<ProcessEnd>(services =>
                    ended = new HeardEnd(services.GetRequiredService<IHostApplicationLifetime>(), services.GetRequiredService<TimeProvider>()));
            },
            new()
            {
                ["Database:ConnectionString"] = database.ConnectionString,
                ["RabbitMq:Host"] = TcpCut.Host,
                ["RabbitMq:Port"] = wire.Port.ToString(CultureInfo.InvariantCulture),
                ["RabbitMq:GiveUpAfter"] = "00:00:15",
            },
            sharedBroker: broker);
        return (host, ended!);
    }

    static IEnumerable<string> Names(int round) => Enumerable.Range(1, Messages).Select(number => $"{round}-{number:000}");

    /// <summary>By a bus of its own: the messages are in the queue before the wire breaks.</summary>
    static async Task PublishAsync(TestVirtualHost virtualHost, int round)
    {
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(x => x.Host(TestVirtualHost.Host, TestVirtualHost.Port, virtualHost.Name, broker =>
        {
            broker.Username(TestVirtualHost.Username);
            broker.Password(TestVirtualHost.Password);
        }));
        await bus.StartAsync();
        await Task.WhenAll(Names(round).Select(name => bus.Publish(new RegisterAccount { AccountId = name, Currency = "USD", Seats = 1 })));
        await bus.StopAsync();
    }

    sealed class HeardEnd(IHostApplicationLifetime lifetime, TimeProvider clock) : ProcessEnd(lifetime, clock)
    {
        public int? ExitCode { get; private set; }

        public override Task EndAsync(int exitCode)
        {
            ExitCode = exitCode;
            return Task.CompletedTask;
        }
    }
}
