using System.Reflection;
using Billing.Hosting.Bus;
using Billing.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Billing.Hosting.Tests;

/// <summary>One channel keeps RabbitMQ.Client from telling the others that the connection broke.</summary>
public sealed class When_a_channel_does_not_hear_of_the_end
{
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
        _ = UntoldChannels.WatchAsync(connection);

        cable.DropConnections();

        await consumer.Told.WithinLimitAsync();
        Assert.True(behind.IsClosed);
        PublishingOf(stuck).Release();      // else the client waits for it when it is disposed of
    }

    static SemaphoreSlim PublishingOf(IChannel channel) =>
        (SemaphoreSlim)channel.GetType().GetField("_confirmSemaphore", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(channel)!;

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
