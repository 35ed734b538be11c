using System.Diagnostics;
using Billing.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Billing.Benchmarks.Floors;

/// <summary>
/// Publishing and consuming with nothing behind it: persistent messages through a quorum queue, each confirmed to the publisher and acknowledged by the
/// consumer, at the same time.
/// </summary>
static class QueueFloor
{
    const int AtATime = 200;

    /// <summary>Messages a second.</summary>
    public static async Task<double> RunAsync(int messages, int bytes)
    {
        var factory = new ConnectionFactory
        {
            HostName = TestVirtualHost.Host,
            Port = TestVirtualHost.Port,
            VirtualHost = "billing",
            UserName = TestVirtualHost.Username,
            Password = TestVirtualHost.Password
        };
        await using var connection = await factory.CreateConnectionAsync();
        await using var publishing = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await using var consuming = await connection.CreateChannelAsync();
        var queue = $"floor-{Guid.NewGuid():N}";
        await consuming.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        try
        {
            await consuming.BasicQosAsync(0, AtATime, global: false);
            var (left, ended) = (messages, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            var consumer = new AsyncEventingBasicConsumer(consuming);
            consumer.ReceivedAsync += async (_, delivery) =>
            {
                await consuming.BasicAckAsync(delivery.DeliveryTag, multiple: false);
                if (Interlocked.Decrement(ref left) == 0)
                    ended.SetResult();
            };
            await consuming.BasicConsumeAsync(queue, autoAck: false, consumer);

            var (body, properties) = (new byte[bytes], new BasicProperties { Persistent = true });
            var began = Stopwatch.GetTimestamp();
            foreach (var some in Enumerable.Range(0, messages).Chunk(AtATime))
                await Task.WhenAll(some.Select(_ => publishing.BasicPublishAsync("", queue, mandatory: true, properties, body).AsTask()));
            await ended.Task.WaitAsync(TimeSpan.FromMinutes(10));
            return messages / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        finally
        {
            await consuming.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false);
        }
    }
}
