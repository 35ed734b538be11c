using Billing.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>Other tests count on this: "nothing is left" is said of now, though the broker's own figures are seconds old.</summary>
public sealed class When_a_test_asks_what_is_left
{
    [Fact]
    public async Task Should_hear_of_what_waits_and_of_what_is_being_handled_at_once()
    {
        await using var house = await House.OpenAsync();
        var gate = new Gate();
        var host = await house.StartAsync(x => x.AddConsumer<WaitingConsumer>(), services => services.AddSingleton(gate));
        Assert.Equal("", await house.Broker.BusyQueuesAsync());

        await host.Services.GetRequiredService<IBus>().Publish(new Book("june"));
        await gate.Reached.Task;
        Assert.Equal("1 are being handled", await house.Broker.BusyQueuesAsync());
        gate.Opened.SetResult();
        await house.QuietAsync();
        Assert.Equal(0, house.Broker.Handling.UnderWay);

        await house.StopAsync(host);
        await house.SendJsonAsync("waiting", """{"name":"july"}""");
        Assert.Equal("waiting: 1", await house.Broker.BusyQueuesAsync());
        Assert.Equal(1, await house.MessagesInAsync("waiting"));
    }

    sealed class Gate
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    sealed class WaitingConsumer(Gate gate) : IConsumer<Book>
    {
        public Task Consume(ConsumeContext<Book> context)
        {
            gate.Reached.TrySetResult();
            return gate.Opened.Task;
        }
    }
}
