using Billing.Outbox;
using Billing.Testing;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>The duplicate window counts from the end of the consumer.</summary>
public sealed class When_a_consumer_takes_longer_than_the_window
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(30);

    [Fact]
    public Task Should_pass_over_a_repeat_that_comes_after_it() =>
        ShouldPassOverAsync(x => x.AddConsumer<LongConsumer>());

    [Fact]
    public Task Should_pass_over_a_repeat_of_a_message_of_a_batch() =>
        ShouldPassOverAsync(x =>
        {
            x.AddBatchInbox();
            x.AddConsumer<LongBatchConsumer>(c => c.Options<BatchOptions>(o => o.SetMessageLimit(10).SetTimeLimit(ms: 50)));
        });

    static async Task ShouldPassOverAsync(Action<IBusRegistrationConfigurator> configure)
    {
        await using var house = await House.OpenAsync();
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 10, 31, 23, 0, 0, TimeSpan.Zero));
        var gate = new Gate();
        var host = await house.StartAsync(configure, services => services.AddSingleton(gate).AddSingleton<TimeProvider>(clock), o =>
            o.DuplicateDetectionWindow = Window);
        var bus = host.Services.GetRequiredService<IBus>();
        var id = NewId.NextGuid();

        await bus.Publish(new Book("june", 0), c => c.MessageId = id);
        await gate.Reached.Task;
        clock.Advance(2 * Window);
        gate.Opened.SetResult();
        await Eventually.HoldsAsync(house.EntriesAsync, count => count == 1, "the row");

        await CleanUpPassesAsync(house, clock);
        await bus.Publish(new Book("june", 0), c => c.MessageId = id);
        await house.QuietAsync();
        Assert.Equal(1, await house.EntriesAsync());

        clock.Advance(2 * Window);
        await Eventually.HoldsAsync(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(1)); // the clean-up pauses for so long
            return house.AskAsync(db => db.Set<InboxState>().CountAsync(x => x.MessageId == id));
        }, count => count == 0, "an inbox that has forgotten when the window is over");
    }

    /// <summary>The clean-up has been there when it has taken a row that is too old.</summary>
    static async Task CleanUpPassesAsync(House house, ManualTimeProvider clock)
    {
        var old = NewId.NextGuid();
        await house.AskAsync(async db =>
        {
            var longAgo = clock.GetUtcNow().UtcDateTime.AddDays(-1);
            db.Set<InboxState>().Add(new() { MessageId = old, ConsumerId = old, Received = longAgo, Consumed = longAgo, Delivered = longAgo });
            return await db.SaveChangesAsync();
        });
        var left = Window / 2;
        await Eventually.HoldsAsync(() =>
        {
            var step = left > TimeSpan.FromSeconds(70) ? TimeSpan.FromSeconds(70) : TimeSpan.Zero; // a pause of the clean-up is a minute
            left -= step;
            clock.Advance(step);
            return house.AskAsync(db => db.Set<InboxState>().CountAsync(x => x.MessageId == old));
        }, count => count == 0, "a pass of the clean-up");
    }

    sealed class Gate
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task PassAsync()
        {
            Reached.TrySetResult();
            return Opened.Task;
        }
    }

    sealed class LongConsumer(LedgerContext db, Gate gate) : IConsumer<Book>
    {
        public async Task Consume(ConsumeContext<Book> context)
        {
            await gate.PassAsync();
            db.Entries.Add(new Entry { Name = context.Message.Name });
        }
    }

    sealed class LongBatchConsumer(LedgerContext db, BatchInbox inbox, Gate gate) : IConsumer<Batch<Book>>
    {
        public async Task Consume(ConsumeContext<Batch<Book>> context)
        {
            var fresh = await inbox.TakeNewAsync<LongBatchConsumer, Book>(db, context.Message, context.CancellationToken);
            await gate.PassAsync();
            db.Entries.AddRange(fresh.Select(message => new Entry { Name = message.Message.Name }));
        }
    }
}
