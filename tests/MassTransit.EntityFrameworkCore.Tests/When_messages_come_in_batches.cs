using Billing.Outbox;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_messages_come_in_batches
{
    [Fact]
    public async Task Should_consume_each_message_once_however_the_batches_are_made_up()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await house.StartAsync(x =>
        {
            x.AddMessageIdentity();
            x.AddBatchInbox();
            x.AddConsumer<GatheringConsumer>(c => c.Options<BatchOptions>(o => o.SetMessageLimit(50).SetTimeLimit(ms: 100).SetConcurrencyLimit(4)));
            x.AddConsumer<DeliveriesConsumer>();
        }, services => services.AddSingleton(deliveries).AddSingleton<Stumbles>());
        var bus = host.Services.GetRequiredService<IBus>();

        var ids = Enumerable.Range(0, 200).Select(_ => NewId.NextGuid()).ToArray();
        await Task.WhenAll(ids.Concat(ids).Concat(ids.Reverse()).Select(id => bus.Publish(new Book(id.ToString()), c => c.MessageId = id)));
        for (var i = 0; i < 3; i++)
            await house.SendJsonAsync("gathering", """{"name":"plain"}""");

        await Eventually.HoldsAsync(house.EntriesAsync, count => count == 201, "a row of each message");
        await house.QuietAsync();
        await house.OutboxEmptiesAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 201, "an event of each message");
        Assert.Equal(201, await house.AskAsync(db => db.Entries.Select(x => x.Name).Distinct().CountAsync()));
        Assert.Equal(201, await house.EntriesAsync());
        Assert.Equal(0, await house.MessagesInAsync("gathering_error"));
    }

    [Fact]
    public async Task Should_refuse_to_mark_messages_outside_a_transaction()
    {
        await using var house = await House.OpenAsync();
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => house.AskAsync(db =>
            new BatchInbox(TimeProvider.System).TakeNewAsync(db, Guid.NewGuid(), [Guid.NewGuid()], CancellationToken.None)));
        Assert.Contains("needs a transaction", refusal.Message, StringComparison.Ordinal);
    }

    sealed class Stumbles
    {
        public int Falls;
    }

    sealed class GatheringConsumer(LedgerContext db, BatchInbox inbox, Stumbles stumbles) : IConsumer<Batch<Book>>
    {
        public async Task Consume(ConsumeContext<Batch<Book>> context)
        {
            foreach (var message in await inbox.TakeNewAsync<GatheringConsumer, Book>(db, context.Message, context.CancellationToken))
            {
                db.Entries.Add(new Entry { Name = message.Message.Name });
                await context.Publish(new Booked(message.Message.Name, 0));
            }

            if (Interlocked.Increment(ref stumbles.Falls) <= 2)
                throw new InvalidOperationException("stumbled, and nothing may remain of it");
        }
    }
}
