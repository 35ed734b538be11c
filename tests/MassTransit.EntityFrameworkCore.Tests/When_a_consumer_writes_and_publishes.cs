using System.Collections.Concurrent;
using Billing.Testing;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_a_consumer_writes_and_publishes
{
    [Fact]
    public async Task Should_keep_the_row_and_send_every_message()
    {
        await using var house = await House.OpenAsync();
        var host = await house.StartAsync(x =>
        {
            x.AddConsumer<BookConsumer>();
            x.AddConsumer<BookedConsumer>();
        });

        await host.Services.GetRequiredService<IBus>().Publish(new Book("june", 200));

        await Eventually.HoldsAsync(house.EntriesAsync, count => count == 201, "one row and two hundred events");
        await house.OutboxEmptiesAsync();
    }

    [Fact]
    public async Task Should_send_the_messages_of_one_transaction_in_their_order_and_each_once()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await house.StartAsync(x =>
        {
            x.AddConsumer<BookConsumer>();
            x.AddConsumer<DeliveriesConsumer>(c => c.ConcurrentMessageLimit = 1);
        }, services => services.AddSingleton(deliveries));

        await host.Services.GetRequiredService<IBus>().Publish(new Book("june", 500));

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 500, "five hundred events");
        Assert.Equal(Enumerable.Range(0, 500), deliveries.All.Select(x => x.Message.Number));
        await house.OutboxEmptiesAsync();
        Assert.Equal(500, deliveries.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_send_messages_of_several_types_in_their_order(bool inConsumer)
    {
        await using var house = await House.OpenAsync();
        var order = new Order();
        var host = await house.StartAsync(x =>
        {
            x.AddConsumer<AlternatingConsumer>();
            x.AddConsumer<OrderConsumer>(c => c.ConcurrentMessageLimit = 1).Endpoint(e => e.Name = "deliveries");
        }, services => services.AddSingleton(order));

        for (var i = 0; i < 3; i++)
            if (inConsumer)
                await host.Services.GetRequiredService<IBus>().Publish(new Book($"{i}", 100));
            else
                await PublishAlternatingAsync(host, $"{i}", 100);

        await Eventually.HoldsAsync(() => Task.FromResult(order.Seen.Count), count => count == 300, "three hundred events of two types");
        Assert.All(order.Seen.GroupBy(x => x.Name), group => Assert.Equal(Enumerable.Range(0, 100), group.Select(x => x.Number)));
    }

    [Fact]
    public async Task Should_send_nothing_when_the_consumer_fails()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await house.StartAsync(x =>
        {
            x.AddConsumer<FailingConsumer>();
            x.AddConsumer<DeliveriesConsumer>();
        }, services => services.AddSingleton(deliveries));

        await host.Services.GetRequiredService<IBus>().Publish(new Book("june", 3));

        await Eventually.HoldsAsync(() => house.MessagesInAsync("failing_error"), count => count == 1, "the message in the error queue");
        Assert.Equal(0, await house.EntriesAsync());
        Assert.Equal(0, await house.AskAsync(db => db.Set<InboxState>().CountAsync()));
        Assert.Equal(0, deliveries.Count);
    }

    static async Task PublishAlternatingAsync(IHost host, string name, int events)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await AlternateAsync(scope.ServiceProvider.GetRequiredService<IPublishEndpoint>(), name, events);
        await scope.ServiceProvider.GetRequiredService<LedgerContext>().SaveChangesAsync();
    }

    static async Task AlternateAsync(IPublishEndpoint endpoint, string name, int events)
    {
        for (var i = 0; i < events; i++)
            await (i % 2 == 0 ? endpoint.Publish(new Booked(name, i)) : endpoint.Publish(new Corrected(name, i)));
    }

    public sealed record Corrected(string Name, int Number);

    sealed class Order
    {
        public ConcurrentQueue<(string Name, int Number)> Seen { get; } = new();
    }

    sealed class AlternatingConsumer : IConsumer<Book>
    {
        public Task Consume(ConsumeContext<Book> context) => AlternateAsync(context, context.Message.Name, context.Message.Events);
    }

    sealed class OrderConsumer(Order order) : IConsumer<Booked>, IConsumer<Corrected>
    {
        public Task Consume(ConsumeContext<Booked> context) => SeenAsync(context.Message.Name, context.Message.Number);

        public Task Consume(ConsumeContext<Corrected> context) => SeenAsync(context.Message.Name, context.Message.Number);

        Task SeenAsync(string name, int number)
        {
            order.Seen.Enqueue((name, number));
            return Task.CompletedTask;
        }
    }

    sealed class FailingConsumer(LedgerContext db) : IConsumer<Book>
    {
        public async Task Consume(ConsumeContext<Book> context)
        {
            await new BookConsumer(db).Consume(context);
            await db.SaveChangesAsync();
            throw new InvalidOperationException("no");
        }
    }
}
