using Billing.Testing;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_a_process_dies
{
    [Theory]
    [InlineData((int)OutboxFaultPoint.BeforeTransaction)]
    [InlineData((int)OutboxFaultPoint.AfterInboxRow)]
    [InlineData((int)OutboxFaultPoint.BeforeCommit)]
    [InlineData((int)OutboxFaultPoint.AfterCommit)]
    [InlineData((int)OutboxFaultPoint.AfterSend)]
    [InlineData((int)OutboxFaultPoint.BeforeAcknowledge)]
    public async Task Should_do_everything_once_wherever_it_dies(int point)
    {
        await using var house = await House.OpenAsync();
        var faults = new DiesOnceAt((OutboxFaultPoint)point);
        var host = await house.StartAsync(x =>
        {
            x.AddConsumer<BookConsumer>();
            x.AddConsumer<BookedConsumer>();
        }, services => services.AddSingleton<IOutboxFaults>(faults));

        foreach (var name in (string[])["april", "may", "june"])
            await host.Services.GetRequiredService<IBus>().Publish(new Book(name, 6));

        string[] expected =
            [.. ((string[])["april", "june", "may"]).SelectMany(name => (string[])[name, .. Enumerable.Range(0, 6).Select(i => $"{name} {i}")])];
        await Eventually.HoldsAsync(house.NamesAsync, names => names.SequenceEqual(expected), "three rows and six events of each");
        await house.OutboxEmptiesAsync();
        Assert.Equal(expected, await house.NamesAsync());
        Assert.True(faults.Deaths >= 3, $"died {faults.Deaths} times");
    }
}
