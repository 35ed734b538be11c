using Billing.Testing;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>The row waits, so the broker needs no plugin for it.</summary>
public sealed class When_a_message_is_delayed_in_the_outbox
{
    static readonly TimeSpan Delay = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Should_leave_after_the_delay_that_a_consumer_sets()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await StartAsync(house, deliveries, x => x.AddConsumer<DelayingConsumer>());

        var begun = TimeProvider.System.GetTimestamp();
        await PublishAsync(host);

        await ShouldArriveLateAsync(house, deliveries, begun, 2);
        Assert.Equal(["at once", "later"], deliveries.All.Select(x => x.Message.Name));
    }

    [Fact]
    public async Task Should_leave_at_the_time_that_a_consumer_schedules()
    {
        await using var house = await House.OpenAsync();
        house.Bus = (_, bus) => bus.UseDelayedMessageScheduler();
        var deliveries = new Deliveries();
        var host = await StartAsync(house, deliveries, x => x.AddConsumer<SchedulingConsumer>());

        var begun = TimeProvider.System.GetTimestamp();
        await PublishAsync(host);

        await ShouldArriveLateAsync(house, deliveries, begun, 1);
    }

    [Fact]
    public async Task Should_leave_after_the_delay_that_is_set_outside_a_consumer()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await StartAsync(house, deliveries, _ => { });

        var begun = TimeProvider.System.GetTimestamp();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new Booked("later", 0), x => x.Delay = Delay);
            await scope.ServiceProvider.GetRequiredService<LedgerContext>().SaveChangesAsync();
        }

        await ShouldArriveLateAsync(house, deliveries, begun, 1);
    }

    [Fact]
    public async Task Should_outlive_the_process_that_committed_it()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await StartAsync(house, deliveries, x => x.AddConsumer<DelayingConsumer>());
        var begun = TimeProvider.System.GetTimestamp();
        await PublishAsync(host);
        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count > 0, "the event without delay");
        await house.StopAsync(host);

        await StartAsync(house, deliveries, _ => { });

        await ShouldArriveLateAsync(house, deliveries, begun, 2);
    }

    /// <summary>In a flow of its own: the library leaves the log of a process in the flow that asks it for its bus, and one process is stopped here.</summary>
    static async Task PublishAsync(IHost host) => await host.Services.GetRequiredService<IBus>().Publish(new Book("june"));

    static async Task ShouldArriveLateAsync(House house, Deliveries deliveries, long begun, int messages)
    {
        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count >= messages, "every event");
        Assert.True(TimeProvider.System.GetElapsedTime(begun) >= Delay, $"arrived after {TimeProvider.System.GetElapsedTime(begun)}");
        await house.OutboxEmptiesAsync();
        Assert.Equal(messages, deliveries.Count);
    }

    static Task<IHost> StartAsync(House house, Deliveries deliveries, Action<IBusRegistrationConfigurator> configure) =>
        house.StartAsync(x =>
        {
            x.AddConsumer<DeliveriesConsumer>();
            configure(x);
        }, services => services.AddSingleton(deliveries));

    sealed class DelayingConsumer : IConsumer<Book>
    {
        public async Task Consume(ConsumeContext<Book> context)
        {
            await context.Publish(new Booked("later", 0), x => x.Delay = Delay);
            await context.Publish(new Booked("at once", 0));
        }
    }

    sealed class SchedulingConsumer : IConsumer<Book>
    {
        public Task Consume(ConsumeContext<Book> context) =>
            context.ScheduleSend(new Uri("queue:deliveries"), Delay, new Booked("later", 0));
    }
}
