using System.Collections.Concurrent;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>The consumer has done its work and only the database says no: the sender hears of that, too.</summary>
public sealed class When_the_commit_fails
{
    [Theory]
    [InlineData("""ALTER TABLE "Entries" ADD CONSTRAINT "june only once" UNIQUE ("Name") DEFERRABLE INITIALLY DEFERRED""", "june only once")]
    [InlineData("""ALTER TABLE "InboxState" RENAME TO "Gone" """, "InboxState")]
    public async Task Should_publish_one_fault_when_every_attempt_has_failed(string obstacle, string reason)
    {
        if (TestStore.IsSqlServer)
            return; // it checks nothing at the commit
        await using var house = await House.OpenAsync();
        house.Retries = 2;
        await house.AskAsync(async db =>
        {
            db.Entries.Add(new Entry { Name = "june" });
            await db.SaveChangesAsync();
            return await db.Database.ExecuteSqlRawAsync(obstacle);
        });
        var faults = new Faulted();
        var host = await house.StartAsync(x =>
        {
            x.AddConsumer<BookConsumer>();
            x.AddConsumer<FaultedConsumer>().Endpoint(e => e.Name = "deliveries");
        }, services => services.AddSingleton(faults));

        await host.Services.GetRequiredService<IBus>().Publish(new Book("june", 1));

        await Eventually.HoldsAsync(() => Task.FromResult(faults.All.Count), count => count > 0, "a fault");
        await Eventually.HoldsAsync(() => house.MessagesInAsync("book_error"), count => count == 1, "the message in the error queue");
        await house.QuietAsync();
        var fault = Assert.Single(faults.All);
        Assert.Equal("june", fault.Message.Name);
        Assert.Contains(fault.Exceptions, exception => Describes(exception, reason));
        Assert.Equal(["june"], await house.NamesAsync());
    }

    [Fact]
    public async Task Should_publish_one_fault_of_a_consumer_that_fails()
    {
        await using var house = await House.OpenAsync();
        house.Retries = 2;
        var faults = new Faulted();
        var host = await house.StartAsync(x =>
        {
            x.AddConsumer<FailingConsumer>();
            x.AddConsumer<FaultedConsumer>().Endpoint(e => e.Name = "deliveries");
        }, services => services.AddSingleton(faults));

        await host.Services.GetRequiredService<IBus>().Publish(new Book("june", 1));

        await Eventually.HoldsAsync(() => house.MessagesInAsync("failing_error"), count => count == 1, "the message in the error queue");
        await Eventually.HoldsAsync(() => Task.FromResult(faults.All.Count), count => count > 0, "a fault");
        await house.QuietAsync();
        Assert.Single(faults.All);
    }

    static bool Describes(ExceptionInfo exception, string reason) =>
        exception.Message.Contains(reason, StringComparison.Ordinal) || (exception.InnerException is { } inner && Describes(inner, reason));

    sealed class Faulted
    {
        public ConcurrentQueue<Fault<Book>> All { get; } = new();
    }

    sealed class FaultedConsumer(Faulted faulted) : IConsumer<Fault<Book>>
    {
        public Task Consume(ConsumeContext<Fault<Book>> context)
        {
            faulted.All.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    sealed class FailingConsumer : IConsumer<Book>
    {
        public Task Consume(ConsumeContext<Book> context) => throw new InvalidOperationException("no");
    }
}
