using Billing.Testing;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_a_message_comes_twice
{
    [Fact]
    public async Task Should_consume_it_once_inside_the_window_even_when_the_copies_come_together()
    {
        await using var house = await House.OpenAsync();
        var host = await house.StartAsync(x => x.AddConsumer<BookConsumer>());
        var bus = host.Services.GetRequiredService<IBus>();

        var ids = Enumerable.Range(0, 20).Select(_ => NewId.NextGuid()).ToArray();
        await Task.WhenAll(ids.SelectMany(id => Enumerable.Range(0, 5).Select(_ => bus.Publish(new Book(id.ToString(), 0), c => c.MessageId = id))));
        await bus.Publish(new Book("last", 0));

        await Eventually.HoldsAsync(house.EntriesAsync, count => count == 21, "one row of each message");
        await house.QuietAsync();
        Assert.Equal(21, await house.EntriesAsync());
        Assert.Equal(0, await house.MessagesInAsync("book_skipped"));
    }

    [Fact]
    public async Task Should_consume_it_again_when_the_window_is_over()
    {
        await using var house = await House.OpenAsync();
        var host = await house.StartAsync(x => x.AddConsumer<BookConsumer>(), outbox: o => o.DuplicateDetectionWindow = TimeSpan.FromSeconds(1));
        var bus = host.Services.GetRequiredService<IBus>();
        var id = NewId.NextGuid();

        await bus.Publish(new Book("june", 0), c => c.MessageId = id);
        await Eventually.HoldsAsync(house.EntriesAsync, count => count == 1, "the row");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Set<InboxState>().CountAsync()), count => count == 0, "an inbox that has forgotten");

        await bus.Publish(new Book("june", 0), c => c.MessageId = id);
        await Eventually.HoldsAsync(house.EntriesAsync, count => count == 2, "a second row");
    }

    [Fact]
    public async Task Should_keep_the_mark_as_long_as_its_messages_have_not_left()
    {
        await using var house = await House.OpenAsync();
        var id = NewId.NextGuid();
        await house.AskAsync(async db =>
        {
            var longAgo = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1);
            foreach (var messageId in (Guid[])[id, NewId.NextGuid()])
                db.Set<InboxState>().Add(new() { MessageId = messageId, ConsumerId = id, Received = longAgo, Consumed = longAgo, Delivered = longAgo });
            // younger than the recovery age, so the sweeper leaves it alone
            db.Set<OutboxMessage>()
                .Add(new()
                {
                    MessageId = id,
                    InboxMessageId = id,
                    InboxConsumerId = id,
                    SentTime = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
                    ContentType = "x",
                    MessageType = "x",
                    Body = "x"
                });
            return await db.SaveChangesAsync();
        });

        await house.StartAsync(x => x.AddConsumer<BookConsumer>());

        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Set<InboxState>().CountAsync()), count => count == 1, "the row without messages gone");
        Assert.Equal(id, await house.AskAsync(db => db.Set<InboxState>().Select(x => x.MessageId).SingleAsync()));
    }
}
