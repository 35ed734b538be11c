using System.Collections.Concurrent;
using System.Reflection;
using Billing.Hosting.Bus;
using Billing.Testing;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Billing.Hosting.Tests;

/// <summary>One channel keeps RabbitMQ.Client from telling the others that the connection broke.</summary>
public sealed class When_a_channel_does_not_hear_of_the_end
{
    [Fact]
    public void Should_know_the_inside_of_the_client() => Assert.True(UntoldChannels.IsPossible);

    [Fact]
    public async Task Should_be_told()
    {
        await using var broker = await TestVirtualHost.CreateAsync("untold");
        await using var cable = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port);
        var factory = new ConnectionFactory
        {
            HostName = TcpCut.Host,
            Port = cable.Port,
            VirtualHost = broker.Name,
            UserName = TestVirtualHost.Username,
            Password = TestVirtualHost.Password,
            AutomaticRecoveryEnabled = false
        };
        await using var connection = await factory.CreateConnectionAsync();
        var stuck = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var behind = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var consumer = new HearingConsumer(behind);
        await behind.QueueDeclareAsync("quiet");
        await behind.BasicConsumeAsync("quiet", autoAck: false, consumer);
        await PublishingOf(stuck).WaitAsync();      // as if a publisher held it, and the channel had been disposed of meanwhile
        UntoldChannels.Watch(connection);

        cable.DropConnections();

        await consumer.Told.WithinLimitAsync();
        Assert.True(behind.IsClosed);
        PublishingOf(stuck).Release();      // else the client waits for it when it is disposed of
    }

    /// <summary>Either channel would stop the client; whichever is told first, the other stands behind it.</summary>
    [Fact]
    public async Task Should_consume_again()
    {
        await using var broker = await TestVirtualHost.CreateAsync("untold");
        await using var cable = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port);
        var (first, second) = (new ConcurrentQueue<IChannel>(), new ConcurrentQueue<IChannel>());
        var sender = BusOn(broker, TestVirtualHost.Port);
        var bus = BusOn(broker, (ushort)cable.Port, configure =>
        {
            Listen(configure, "first", first);
            Listen(configure, "second", second);
        });
        await bus.StartAsync();
        await sender.StartAsync();
        await sender.Publish(new Heard());
        await Eventually.HoldsAsync(() => Task.FromResult(first.Count * second.Count), count => count > 0, "both listen");
        foreach (var channel in first.Concat(second).Distinct())
            await PublishingOf(channel).WaitAsync();

        cable.DropConnections();

        await sender.Publish(new Heard());
        await Eventually.HoldsAsync(() => Task.FromResult((first.Distinct().Count(), second.Distinct().Count())), count => count is ( > 1, > 1),
            "both listen on other channels");
        await bus.StopAsync();
        await sender.StopAsync();
    }

    static void Listen(IRabbitMqBusFactoryConfigurator bus, string queue, ConcurrentQueue<IChannel> channels) => bus.ReceiveEndpoint(queue, endpoint =>
    {
        endpoint.TellUntoldChannels();
        endpoint.Handler<Heard>(context =>
        {
            channels.Enqueue(context.ReceiveContext.GetPayload<ChannelContext>().Channel);
            return Task.CompletedTask;
        });
    });

    static IBusControl BusOn(TestVirtualHost broker, ushort port, Action<IRabbitMqBusFactoryConfigurator>? configure = null) =>
        MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(TestVirtualHost.Host, port, broker.Name, host =>
            {
                host.Username(TestVirtualHost.Username);
                host.Password(TestVirtualHost.Password);
            });
            configure?.Invoke(bus);
        });

    static SemaphoreSlim PublishingOf(IChannel channel) =>
        (SemaphoreSlim)channel.GetType().GetField("_confirmSemaphore", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(channel)!;

    public sealed record Heard;

    sealed class HearingConsumer(IChannel channel) : AsyncDefaultBasicConsumer(channel)
    {
        readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Told => _told.Task;

        public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
        {
            _told.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
