using System.Collections.Concurrent;

namespace MassTransit.EntityFrameworkCore.Tests;

public record Book(string Name, int Events = 1);

public record Booked(string Name, int Number);

public record Counted(Guid TallyId);

public record Remind(Guid TallyId);

public record StopReminding(Guid TallyId);

public record TallyDue(Guid TallyId);

/// <summary>Writes a row and publishes.</summary>
public sealed class BookConsumer(LedgerContext db) : IConsumer<Book>
{
    public async Task Consume(ConsumeContext<Book> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        db.Entries.Add(new Entry { Name = context.Message.Name });
        for (var i = 0; i < context.Message.Events; i++)
            await context.Publish(new Booked(context.Message.Name, i));
    }
}

/// <summary>Writes a row for each event: with the inbox in front of it, each event leaves one.</summary>
public sealed class BookedConsumer(LedgerContext db) : IConsumer<Booked>
{
    public Task Consume(ConsumeContext<Booked> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        db.Entries.Add(new Entry { Name = $"{context.Message.Name} {context.Message.Number}" });
        return Task.CompletedTask;
    }
}

/// <summary>Every delivery as the broker makes it, without an inbox in front.</summary>
public sealed class Deliveries
{
    readonly ConcurrentQueue<(Guid MessageId, Booked Message)> _all = new();

    public IReadOnlyList<(Guid MessageId, Booked Message)> All => [.. _all];

    public int Count => _all.Count;

    public void Add(ConsumeContext<Booked> context) => _all.Enqueue((context.MessageId!.Value, context.Message));
}

public sealed class DeliveriesConsumer(Deliveries deliveries) : IConsumer<Booked>
{
    public Task Consume(ConsumeContext<Booked> context)
    {
        deliveries.Add(context);
        return Task.CompletedTask;
    }
}
