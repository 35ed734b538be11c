using Billing.Testing;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_broker_or_database_fail
{
    const int Messages = 100;
    const int Events = 3;

    [Fact]
    public async Task Should_lose_and_double_nothing_when_one_process_is_cut_off_and_another_takes_over()
    {
        await using var cable = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port);
        await using var house = await House.OpenAsync();
        await LoadAsync(house);
        house.BrokerPort = (ushort)cable.Port;
        await StartWorkAsync(house);
        await Eventually.HoldsAsync(house.EntriesAsync, count => count >= Messages / 2, "half of the first rows");

        cable.DropConnections();
        house.BrokerPort = TestVirtualHost.Port;
        await StartWorkAsync(house);

        await ShouldHaveDoneEverythingOnceAsync(house);
    }

    [Fact]
    public async Task Should_lose_and_double_nothing_when_every_connection_to_the_broker_breaks()
    {
        await using var cable = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port);
        await using var house = await House.OpenAsync();
        await LoadAsync(house);
        house.BrokerPort = (ushort)cable.Port;

        await WorkAsync(house, () => Eventually.HoldsAsync(() => Task.FromResult(cable.DropConnections()), broken => broken > 0, "a connection to break"));
    }

    [Fact]
    public async Task Should_lose_and_double_nothing_when_the_database_ends_every_session()
    {
        await using var house = await House.OpenAsync();
        await LoadAsync(house);

        await WorkAsync(house, async () =>
        {
            await house.Store.BreakConnectionsAsync();
            await Eventually.HoldsAsync(() => AnswersAsync(house), "a database that answers the test's own sessions again");
        });
    }

    /// <summary>
    /// Leaves the messages in the queue before the work begins, so that it is in full swing when something fails. Both queues are there by then: an event
    /// that is published before anybody has bound a queue for it is nobody's.
    /// </summary>
    static async Task LoadAsync(House house)
    {
        await house.StopAsync(await house.StartAsync(AddWork));
        for (var i = 0; i < Messages; i++)
            await house.SendJsonAsync("work", $$"""{"name":"{{i:000}}","events":{{Events}}}""", Guid.NewGuid().ToString());
    }

    static async Task WorkAsync(House house, Func<Task> breakSomething)
    {
        await StartWorkAsync(house);
        foreach (var quarter in (int[])[1, 2, 3])
        {
            await ReachesAsync(house, quarter * Messages / 2);
            await breakSomething();
        }

        await ShouldHaveDoneEverythingOnceAsync(house);
    }

    static async Task<bool> AnswersAsync(House house)
    {
        try
        {
            return await house.EntriesAsync() >= 0;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.Data.Common.DbException)
        {
            return false;
        }
    }

    static Task<IHost> StartWorkAsync(House house) =>
        house.StartAsync(AddWork, outbox: o => o.UseBusOutbox(b => b.MessageDeliveryTimeout = TimeSpan.FromSeconds(2)));

    static void AddWork(IBusRegistrationConfigurator x)
    {
        x.AddConsumer<WorkConsumer>();
        x.AddConsumer<BookedConsumer>();
    }

    static async Task ShouldHaveDoneEverythingOnceAsync(House house)
    {
        string[] expected =
            [.. Enumerable.Range(0, Messages).SelectMany(i => (string[])[$"{i:000}", .. Enumerable.Range(0, Events).Select(e => $"{i:000} {e}")])];
        await ReachesAsync(house, expected.Length);
        await house.OutboxEmptiesAsync();
        Assert.Equal(expected, await house.NamesAsync());
        Assert.Equal(0, await house.MessagesInAsync("work_error"));
        Assert.Equal(0, await house.MessagesInAsync("booked_error"));
    }

    static Task<int> ReachesAsync(House house, int rows) => Eventually.HoldsAsync(house.EntriesAsync, count => count >= rows, $"{rows} rows");

    sealed class WorkConsumer(LedgerContext db) : IConsumer<Book>
    {
        public Task Consume(ConsumeContext<Book> context) => new BookConsumer(db).Consume(context);
    }
}
