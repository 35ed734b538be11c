using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Tests;

public sealed class When_a_consumer_fails_inside_the_outbox
{
    [Fact]
    public async Task Should_give_each_attempt_a_context_and_a_transaction_of_its_own()
    {
        var journal = new Journal();
        await using var database = await SampleService.CreateDatabaseAsync();
        await using var host = await HostUnderTest.StartAsync(
            SampleService.ConfigureBus, builder => SampleService.Configure(builder, journal),
            new() { ["Database:ConnectionString"] = database.ConnectionString });
        journal.ToThrow.Enqueue(new InvalidOperationException("first"));
        journal.ToThrow.Enqueue(Faults.DatabaseIsGone());

        await host.App.Services.GetRequiredService<IBus>().Publish(new RegisterAccount { AccountId = "A-1", Currency = "USD", Seats = 1 });

        await Eventually.HoldsAsync(() => Task.FromResult(journal.Told.Count == 1), "the message left once");
        Assert.Equal(3, journal.Attempts);
        Assert.Equal(3, journal.Contexts.Distinct().Count());
        await using var db = SampleService.Open(database);
        Assert.Equal(1, await db.Accounts.CountAsync());
    }
}
