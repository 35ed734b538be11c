using System.Diagnostics.Metrics;
using Billing.Outbox;
using Billing.Testing;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_a_row_cannot_be_read
{
    [Theory]
    [InlineData(nameof(OutboxMessage.Headers), "{\"no\": ", "its headers are no JSON")]
    [InlineData(nameof(OutboxMessage.Headers), "[1]", "its headers or properties cannot be read")]
    [InlineData(nameof(OutboxMessage.Properties), "no JSON", "its properties are no JSON")]
    [InlineData(nameof(OutboxMessage.Body), "no JSON", "its body is no JSON")]
    [InlineData(nameof(OutboxMessage.ContentType), "no type", "its content type")]
    [InlineData(nameof(OutboxMessage.DestinationAddress), null, "it has no destination")]
    [InlineData(nameof(OutboxMessage.DestinationAddress), "http://[", "cannot be read")]
    [InlineData(nameof(OutboxMessage.FaultAddress), "http://[", "cannot be read")]
    public async Task Should_set_it_aside_with_its_reason_and_send_the_rest(string column, string? value, string reason)
    {
        await using var house = await House.OpenAsync();
        var (deliveries, logged) = (new Deliveries(), new Logged());
        var writer = await StartWriterAsync(house);
        await PublishAsync(writer, "june", "spoilt", "july");
        await SpoilAsync(house, column, value);

        await StartAsync(house, deliveries, logged);
        await PublishAsync(writer, "august");

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 3, "all other events");
        Assert.Equal(["june", "july"], deliveries.All.Select(x => x.Message.Name).Where(name => name != "august"));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Set<EntityFrameworkCoreIntegration.OutboxState>().CountAsync()), count => count == 0,
            "no transaction left in the outbox");
        var aside = Assert.Single(await house.AskAsync(db => db.SetAsideMessagesAsync()));
        Assert.Contains(reason, aside.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Single(logged.Lines(LogLevel.Error, "set aside")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_send_it_when_it_was_mended_and_released()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var writer = await StartWriterAsync(house);
        await PublishAsync(writer, "spoilt");
        await SpoilAsync(house, nameof(OutboxMessage.Headers), "{");
        await StartAsync(house, deliveries, new Logged());
        var aside = await Eventually.HoldsAsync(() => house.AskAsync(db => db.SetAsideMessagesAsync()), rows => rows.Count == 1, "a row set aside");

        Assert.Equal(0, await house.AskAsync(db => db.ReleaseAsync([aside[0].SequenceNumber])));
        await SpoilAsync(house, nameof(OutboxMessage.Headers), "{}");
        Assert.Equal(1, await house.AskAsync(db => db.ReleaseAsync([aside[0].SequenceNumber])));

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 1, "the event");
        await house.OutboxEmptiesAsync();
        Assert.Equal("spoilt", deliveries.All.Single().Message.Name);
    }

    [Fact]
    public async Task Should_show_it_in_a_gauge()
    {
        await using var house = await House.OpenAsync();
        var writer = await StartWriterAsync(house);
        await PublishAsync(writer, "spoilt");
        await SpoilAsync(house, nameof(OutboxMessage.Headers), "{");
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, x) =>
        {
            if (instrument.Name == "billing.outbox.set_aside")
                x.EnableMeasurementEvents(instrument);
        };
        var most = 0;
        listener.SetMeasurementEventCallback<int>((_, count, _, _) => most = Math.Max(most, count));
        listener.Start();

        await StartAsync(house, new Deliveries(), new Logged());

        await Eventually.HoldsAsync(() =>
        {
            listener.RecordObservableInstruments();
            return Task.FromResult(most);
        }, count => count == 1, "one that is set aside");
    }

    [Fact]
    public async Task Should_send_what_else_a_dead_process_left()
    {
        await using var house = await House.OpenAsync();
        var (deliveries, logged) = (new Deliveries(), new Logged());
        await house.AskAsync(db => Abandoned.LeaveAsync(db, ["june", "spoilt"]));
        await SpoilAsync(house, nameof(OutboxMessage.Headers), "{");

        await StartAsync(house, deliveries, logged);

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 1, "the other event");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.SetAsideMessagesAsync()), rows => rows.Count == 1, "the row set aside");
        Assert.Single(logged.Lines(LogLevel.Error, "set aside"));
    }

    [Fact]
    public async Task Should_send_other_due_messages()
    {
        await using var house = await House.OpenAsync();
        var (deliveries, logged) = (new Deliveries(), new Logged());
        // each of the two processes delivers what is due
        var writer = await house.StartAsync(x => x.AddDueMessages<LedgerContext>(), services => services.AddSingleton<ILoggerProvider>(logged));
        foreach (var name in (string[])["spoilt", "june"])
        {
            await using var scope = writer.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IDueMessages>().PublishAsync(TimeProvider.System.GetUtcNow().AddHours(1), new Booked(name, 1));
            await scope.ServiceProvider.GetRequiredService<LedgerContext>().SaveChangesAsync();
        }

        await SpoilAsync(house, nameof(OutboxMessage.Body), "no JSON");
        await StartAsync(house, deliveries, logged);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await house.AskAsync(db => db.Set<OutboxMessage>().ExecuteUpdateAsync(x => x.SetProperty(m => m.EnqueueTime, now)));

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 1, "the other event");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.SetAsideMessagesAsync()), rows => rows.Count == 1, "the row set aside");
        Assert.Single(logged.Lines(LogLevel.Error, "set aside"));
    }

    static Task<IHost> StartWriterAsync(House house) => house.StartAsync(_ => { }, outbox: o => o.UseBusOutbox(b => b.DisableDeliveryService()));

    static Task<IHost> StartAsync(House house, Deliveries deliveries, Logged logged) =>
        house.StartAsync(x =>
        {
            x.AddDueMessages<LedgerContext>();
            x.AddConsumer<DeliveriesConsumer>(c => c.ConcurrentMessageLimit = 1);
        }, services => services.AddSingleton(deliveries).AddSingleton<ILoggerProvider>(logged));

    static async Task PublishAsync(IHost host, params string[] names)
    {
        await using var scope = host.Services.CreateAsyncScope();
        foreach (var name in names)
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new Booked(name, 0));
        await scope.ServiceProvider.GetRequiredService<LedgerContext>().SaveChangesAsync();
    }

    static Task<int> SpoilAsync(House house, string column, string? value) =>
        house.AskAsync(db => db.Database.ExecuteSqlRawAsync(
            """UPDATE "OutboxMessage" SET "Column" = {0} WHERE "Body" LIKE '%spoilt%' OR "Body" = 'no JSON'"""
                .Replace("Column", column, StringComparison.Ordinal), value!));
}
