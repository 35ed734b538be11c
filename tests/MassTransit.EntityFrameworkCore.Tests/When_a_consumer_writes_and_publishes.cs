using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
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
        Assert.Equal(0, await house.AskAsync(db => db.Inbox.CountAsync()));
        Assert.Equal(0, deliveries.Count);
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
