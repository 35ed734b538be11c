using System.Globalization;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Tests;

public sealed class When_the_broker_is_cut_off_under_load
{
    const int Messages = 300;

    /// <summary>Polite closes heal easily; a wire that breaks while messages wait for their confirmation is what used to hang for ever.</summary>
    [Fact]
    [Trait("Category", "Slow")]
    public async Task Should_handle_every_message_once_after_each_mend()
    {
        var journal = new Journal();
        await using var database = await SampleService.CreateDatabaseAsync();
        await using var wire = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port);
        await using var host = await HostUnderTest.StartAsync(SampleService.ConfigureBus, builder => SampleService.Configure(builder, journal), new()
        {
            ["Database:ConnectionString"] = database.ConnectionString,
            ["RabbitMq:Host"] = TcpCut.Host,
            ["RabbitMq:Port"] = wire.Port.ToString(CultureInfo.InvariantCulture),
        });
        await using var db = SampleService.Open(database);

        for (var round = 1; round <= 4; round++)
        {
            var before = journal.Told.Count;
            await PublishAsync(host, round);
            var after = before + (Messages * round / 5);
            await Eventually.HoldsAsync(() => Task.FromResult(journal.Told.Count >= after), "the work is in full swing");
            if (round % 2 == 0)
                wire.DropConnections();
            else
                wire.Cut();
            wire.Mend();

            var expected = Enumerable.Range(1, round).SelectMany(Names).Order(StringComparer.Ordinal);
            await Eventually.HoldsAsync(() => Task.FromResult(journal.Told.Distinct().Count()), count => count == Messages * round, $"all of round {round}", TimeSpan.FromSeconds(60));
            Assert.Equal(expected, (await db.Accounts.Select(account => account.Id).ToListAsync()).Order(StringComparer.Ordinal));
        }
    }

    static IEnumerable<string> Names(int round) => Enumerable.Range(1, Messages).Select(number => $"{round}-{number:000}");

    /// <summary>By a bus of its own: the messages are in the queue before the wire breaks.</summary>
    static async Task PublishAsync(HostUnderTest host, int round)
    {
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(x => x.Host(TestVirtualHost.Host, TestVirtualHost.Port, host.VirtualHost, broker =>
        {
            broker.Username(TestVirtualHost.Username);
            broker.Password(TestVirtualHost.Password);
        }));
        await bus.StartAsync();
        await Task.WhenAll(Names(round).Select(name => bus.Publish(new RegisterAccount { AccountId = name, Currency = "USD", Seats = 1 })));
        await bus.StopAsync();
    }
}
