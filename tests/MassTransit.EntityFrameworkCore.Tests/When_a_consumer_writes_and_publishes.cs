using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public record Book(string Name, int Events = 1);

public record Booked(string Name, int Number);

public sealed class BookConsumer(LedgerContext db) : IConsumer<Book>
{
    public async Task Consume(ConsumeContext<Book> context)
    {
        db.Entries.Add(new Entry { Name = context.Message.Name });
        for (var i = 0; i < context.Message.Events; i++)
            await context.Publish(new Booked(context.Message.Name, i));
    }
}

public sealed class BookedConsumer(LedgerContext db) : IConsumer<Booked>
{
    public Task Consume(ConsumeContext<Booked> context)
    {
        db.Entries.Add(new Entry { Name = $"{context.Message.Name} {context.Message.Number}" });
        return Task.CompletedTask;
    }
}

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
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Set<EntityFrameworkCoreIntegration.OutboxMessage>().CountAsync()),
            count => count == 0, "no message left behind");
    }

    [Fact]
    public async Task Should_send_what_a_scope_outside_a_consumer_has_saved()
    {
        await using var house = await House.OpenAsync();
        var host = await house.StartAsync(x => x.AddConsumer<BookConsumer>());

        await using (var scope = host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new Book("july", 0));
            await scope.ServiceProvider.GetRequiredService<LedgerContext>().SaveChangesAsync();
        }

        await Eventually.HoldsAsync(house.EntriesAsync, count => count == 1, "the row of the consumer");
    }
}
