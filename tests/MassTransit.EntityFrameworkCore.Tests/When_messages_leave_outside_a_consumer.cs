using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_messages_leave_outside_a_consumer
{
    [Fact]
    public async Task Should_send_them_as_soon_as_they_are_saved()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        // nothing but the wake-up would bring them out in time
        var host = await house.StartAsync(x => x.AddConsumer<DeliveriesConsumer>(), services => services.AddSingleton(deliveries), o =>
            o.QueryDelay = TimeSpan.FromMinutes(10));
        await PublishAsync(host, "warm", saves: true);
        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 1, "the first event");

        await PublishAsync(host, "june", saves: true);
        await PublishAsync(host, "july", saves: true, inTransaction: true);

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 3, "all events");
    }

    [Fact]
    public async Task Should_be_woken_by_its_own_commits_when_two_contexts_have_an_outbox()
    {
        await using var house = await House.OpenAsync();
        await using var other = await TestStore.CreateAsync();
        await using (var db = Open(other))
            await db.Database.EnsureCreatedAsync();
        var deliveries = new Deliveries();
        var host = await house.StartAsync(x =>
        {
            x.AddEntityFrameworkOutbox<OtherLedgerContext>(o =>
            {
                house.Store.Configure(o);
                o.QueryDelay = TimeSpan.FromMinutes(10);
                o.UseBusOutbox();
            });
            x.AddConsumer<DeliveriesConsumer>();
        }, services => services.AddSingleton(deliveries).AddScoped(_ => Open(other)), o => o.QueryDelay = TimeSpan.FromMinutes(10));

        for (var i = 1; i <= 5; i++)
        {
            await using var scope = host.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new Booked("june", i));
            await scope.ServiceProvider.GetRequiredService<OtherLedgerContext>().SaveChangesAsync();
            await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == i, $"event {i}");
        }
    }

    [Fact]
    public async Task Should_send_nothing_that_is_not_committed()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await house.StartAsync(x => x.AddConsumer<DeliveriesConsumer>(), services => services.AddSingleton(deliveries));

        await PublishAsync(host, "never saved", saves: false);
        await PublishAsync(host, "rolled back", saves: true, inTransaction: true, commits: false);
        await PublishAsync(host, "june", saves: true);

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count > 0, "the saved event");
        await house.OutboxEmptiesAsync();
        Assert.Equal(["june"], deliveries.All.Select(x => x.Message.Name));
    }

    [Fact]
    public async Task Should_send_each_once_and_in_order_when_several_processes_sweep()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var writer = await house.StartAsync(_ => { }, outbox: o => o.UseBusOutbox(b => b.DisableDeliveryService()));
        await house.StartAsync(x => x.AddConsumer<DeliveriesConsumer>(c => c.ConcurrentMessageLimit = 1), services => services.AddSingleton(deliveries),
            o => o.UseBusOutbox(b => b.DisableDeliveryService()));

        for (var i = 0; i < 150; i++)
            await PublishAsync(writer, $"{i}", saves: true, events: 4);
        var sweepers = Enumerable.Range(0, 3).Select(_ => house.Build(_ => { }, outbox: o => o.QueryMessageLimit = 10)).ToList();
        await Task.WhenAll(sweepers.Select(sweeper => sweeper.StartAsync()));

        await house.OutboxEmptiesAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count >= 600, "six hundred events");
        Assert.Equal(600, deliveries.All.Select(x => x.MessageId).Distinct().Count());
        Assert.Equal(600, deliveries.Count);
        Assert.All(deliveries.All.GroupBy(x => x.Message.Name), group => Assert.Equal([0, 1, 2, 3], group.Select(x => x.Message.Number)));
        Assert.Equal(0, await house.AskAsync(db => db.Set<EntityFrameworkCoreIntegration.OutboxState>().CountAsync()));
    }

    static OtherLedgerContext Open(TestStore store)
    {
        var options = new DbContextOptionsBuilder<OtherLedgerContext>();
        store.Configure(options);
        return new OtherLedgerContext(options.Options);
    }

    static async Task PublishAsync(IHost host, string name, bool saves, bool inTransaction = false, bool commits = true, int events = 1)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<LedgerContext>();
        await using var transaction = inTransaction ? await db.Database.BeginTransactionAsync() : null;
        for (var i = 0; i < events; i++)
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new Booked(name, i));
        if (saves)
            await db.SaveChangesAsync();
        if (transaction is not null && commits)
            await transaction.CommitAsync();
    }
}
