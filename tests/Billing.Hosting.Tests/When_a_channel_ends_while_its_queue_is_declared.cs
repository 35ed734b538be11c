using Billing.Hosting.Bus;
using Billing.Testing;
using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Billing.Hosting.Tests;

/// <summary>Endpoints have asked for several things at once when the connection breaks, and their channels are disposed of.</summary>
public sealed class When_a_channel_ends_while_its_queue_is_declared
{
    const int Endpoints = 20;

    [Fact]
    public async Task Should_start_all_the_same()
    {
        await using var broker = await TestVirtualHost.CreateAsync("declared");
        await using var cable = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port);
        var declaring = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var there = 0;
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(configure =>
        {
            configure.Host(TestVirtualHost.Host, (ushort)cable.Port, broker.Name, host =>
            {
                host.Username(TestVirtualHost.Username);
                host.Password(TestVirtualHost.Password);
            });
            for (var number = 0; number < Endpoints; number++)
            {
                configure.ReceiveEndpoint($"declared-{number}", endpoint =>
                {
                    endpoint.AskOneAfterTheOther();
                    // two queues, so that one waits for the other; and no answer comes any more when all of them ask
                    endpoint.BindDeadLetterQueue("declared-dead", "declared-dead");
                    endpoint.ConfigureChannel(channel => channel.UseExecuteAsync(async _ =>
                    {
                        if (Interlocked.Increment(ref there) == Endpoints)
                        {
                            cable.FallSilent();
                            declaring.SetResult();
                        }

                        await declaring.Task;
                    }));
                });
            }
        });
        var start = bus.StartAsync();
        await declaring.Task.WithinLimitAsync();

        cable.DropConnections();
        cable.Speak();

        await start.WithinLimitAsync(TimeSpan.FromMinutes(1));
        await bus.StopAsync();
    }
}
