using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>A scoped filter in front of the outbox shares its scope, and so its DbContext.</summary>
public sealed class When_a_filter_adds_rows
{
    const int Messages = 10;

    [Fact]
    public async Task Should_save_them_with_the_consumers()
    {
        await using var house = await House.OpenAsync();
        house.Bus = (context, bus) => bus.UseConsumeFilter(typeof(AddingFilter<>), context);
        var host = await house.StartAsync(x => x.AddConsumer<BookConsumer>());

        for (var i = 0; i < Messages; i++)
            await host.Services.GetRequiredService<IBus>().Publish(new Book($"{i}", 0));

        await ShouldHaveSavedAsync(house, [.. Enumerable.Range(0, Messages).SelectMany(i => (string[])[$"{i}", $"{i} of the filter"])]);
    }

    [Fact]
    public async Task Should_save_them_once_and_nothing_of_an_attempt_that_failed()
    {
        await using var house = await House.OpenAsync();
        house.Bus = (context, bus) => bus.UseConsumeFilter(typeof(AddingFilter<>), context);
        var stumbles = new Stumbles();
        var host = await house.StartAsync(x => x.AddConsumer<StumblingConsumer>(), services => services.AddSingleton(stumbles));

        await host.Services.GetRequiredService<IBus>().Publish(new Book("june", 0));

        await ShouldHaveSavedAsync(house, ["attempt 3", "june of the filter"]);
    }

    [Fact]
    public async Task Should_save_them_with_a_saga_that_has_no_outbox()
    {
        await using var house = await House.OpenAsync();
        house.Bus = (context, bus) => bus.UseConsumeFilter(typeof(AddingFilter<>), context);
        var host = await house.StartAsync(x => x.AddSagaStateMachine<TallyMachine, Tally>().EntityFrameworkRepository(r =>
        {
            r.ExistingDbContext<LedgerContext>();
            house.Store.Configure(r);
        }).Endpoint(e => e.Name = "deliveries"));

        await host.Services.GetRequiredService<IBus>().Publish(new Counted(NewId.NextGuid()));

        await ShouldHaveSavedAsync(house, ["a count of the filter"]);
        Assert.Equal(1, await house.AskAsync(db => db.Tallies.Select(x => x.Count).SingleAsync()));
    }

    static async Task ShouldHaveSavedAsync(House house, string[] expected)
    {
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Entries.AnyAsync()), "a row");
        await house.QuietAsync();
        Assert.Equal(expected, await house.NamesAsync());
    }

    sealed class AddingFilter<T>(LedgerContext db) : IFilter<ConsumeContext<T>>
        where T : class
    {
        public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
        {
            db.Entries.Add(new Entry { Name = $"{(context.Message is Book book ? book.Name : "a count")} of the filter" });
            return next.Send(context);
        }

        public void Probe(ProbeContext context)
        {
        }
    }

    sealed class Stumbles
    {
        public int Attempts;
    }

    sealed class StumblingConsumer(LedgerContext db, Stumbles stumbles) : IConsumer<Book>
    {
        public async Task Consume(ConsumeContext<Book> context)
        {
            var attempt = Interlocked.Increment(ref stumbles.Attempts);
            db.Entries.Add(new Entry { Name = $"attempt {attempt}" });
            if (attempt == 1)
                throw new InvalidOperationException("stumbled before saving");
            await db.SaveChangesAsync();
            if (attempt == 2)
                throw new InvalidOperationException("stumbled after saving");
        }
    }
}
