using Billing.Testing;
using MassTransit;

namespace Billing.Benchmarks;

/// <summary>The installation as anyone meets it on the bus: publishes, and hears what is said. To look at it again and again would be measured with it.</summary>
sealed class Publisher : IAsyncDisposable
{
    readonly IBusControl _bus;

    Publisher(IBusControl bus) => _bus = bus;

    public static async Task<Publisher> StartAsync(Action<IReceiveEndpointConfigurator> hear)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(TestVirtualHost.Host, (ushort)TestVirtualHost.Port, "billing", host =>
            {
                host.Username(TestVirtualHost.Username);
                host.Password(TestVirtualHost.Password);
            });
            rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(), (IReceiveEndpointConfigurator endpoint) => hear(endpoint));
        });
        await bus.StartAsync();
        return new Publisher(bus);
    }

    public Task PublishAsync(object message) => _bus.Publish(message);

    /// <summary>In their order, some at a time.</summary>
    public async Task PublishAllAsync(IEnumerable<object> messages, int atATime = 20)
    {
        foreach (var some in messages.Chunk(atATime))
            await Task.WhenAll(some.Select(message => _bus.Publish(message)));
    }

    public async ValueTask DisposeAsync() => await _bus.StopAsync();
}
