using Billing.Outbox;
using Billing.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_a_person_sends_plain_JSON
{
    [Fact]
    public async Task Should_know_the_same_body_again()
    {
        await using var house = await StartAsync();
        for (var i = 0; i < 3; i++)
            await house.SendJsonAsync("book", """{"name":"june","events":0}""");
        await house.SendJsonAsync("book", """{"name":"july","events":0}""");
        await ShouldHaveBooked(house, "july", "june");
    }

    [Fact]
    public async Task Should_know_an_id_again_that_is_no_GUID()
    {
        await using var house = await StartAsync();
        await house.SendJsonAsync("book", """{"name":"june","events":0}""", "order-17");
        await house.SendJsonAsync("book", """{"name":"june","events":0, "note":"the id counts, not the body"}""", "order-17");
        await house.SendJsonAsync("book", """{"name":"august","events":0}""", "order-18");
        await ShouldHaveBooked(house, "august", "june");
    }

    [Fact]
    public async Task Should_know_a_GUID_again()
    {
        await using var house = await StartAsync();
        var id = Guid.NewGuid().ToString();
        await house.SendJsonAsync("book", """{"name":"june","events":0}""", id);
        await house.SendJsonAsync("book", """{"name":"june","events":0}""", id);
        await house.SendJsonAsync("book", """{"name":"june","events":0}""", Guid.NewGuid().ToString());
        await ShouldHaveBooked(house, "june", "june");
    }

    [Fact]
    public async Task Should_take_the_identity_that_the_message_type_names()
    {
        await using var house = await StartAsync(ids => ids.For<Book>(message => message.Name));
        await house.SendJsonAsync("book", """{"name":"june","events":0}""");
        await house.SendJsonAsync("book", """{ "name": "june", "events": 0, "note": "once more" }""");
        await house.SendJsonAsync("book", """{"name":"july","events":0}""");
        await ShouldHaveBooked(house, "july", "june");
    }

    [Fact]
    public async Task Should_try_again_with_a_fresh_context_when_the_consumer_fails_once()
    {
        await using var house = await House.OpenAsync();
        await house.StartAsync(x =>
        {
            x.AddMessageIdentity();
            x.AddConsumer<StumblingConsumer>();
        }, services => services.AddSingleton<Stumble>());
        await house.SendJsonAsync("stumbling", """{"name":"june","events":0}""");
        await ShouldHaveBooked(house, "june");
    }

    static async Task<House> StartAsync(Action<MessageIdentityOptions>? ids = null)
    {
        var house = await House.OpenAsync();
        await house.StartAsync(x =>
        {
            x.AddMessageIdentity(ids);
            x.AddConsumer<BookConsumer>();
        });
        return house;
    }

    static async Task ShouldHaveBooked(House house, params string[] names)
    {
        await Eventually.HoldsAsync(house.EntriesAsync, count => count >= names.Length, $"{names.Length} rows");
        await house.QuietAsync();
        Assert.Equal(names, await house.NamesAsync());
        Assert.Equal(0, await house.MessagesInAsync("book_error"));
    }

    sealed class Stumble
    {
        public int Falls;
    }

    sealed class StumblingConsumer(LedgerContext db, Stumble stumble) : IConsumer<Book>
    {
        public async Task Consume(ConsumeContext<Book> context)
        {
            await new BookConsumer(db).Consume(context);
            if (Interlocked.Increment(ref stumble.Falls) < 3)
                throw new InvalidOperationException("stumbled");
        }
    }
}
