using Billing.Testing;
using MassTransit.EntityFrameworkCoreIntegration;
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
        Assert.Equal(0, await house.AskAsync(db => db.Set<OutboxState>().CountAsync()));
    }

    [Fact]
    public async Task Should_send_from_memory_when_it_is_told_of_the_commit()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        // no sweeper looks: it is not woken, and its next look is far away
        var host = await house.StartAsync(x => x.AddConsumer<DeliveriesConsumer>(c => c.ConcurrentMessageLimit = 1), services => services.AddSingleton(deliveries),
            o => o.QueryDelay = TimeSpan.FromMinutes(10));

        await InTransactionAsync(host, "few", events: 2);
        await InTransactionAsync(host, "many", events: 30);

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 32, "all events");
        Assert.All(deliveries.All.GroupBy(x => x.Message.Name),
            group => Assert.Equal(Enumerable.Range(0, group.Key == "few" ? 2 : 30), group.Select(x => x.Message.Number)));
        await house.OutboxEmptiesAsync();
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Set<OutboxState>().CountAsync()), left => left == 0, "no transaction is left");
    }

    [Fact]
    public async Task Should_be_sent_by_another_process_when_the_writer_dies_after_the_commit()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var writer = await house.StartAsync(_ => { }, outbox: o => o.QueryDelay = TimeSpan.FromMinutes(10));
        await house.StartAsync(x => x.AddConsumer<DeliveriesConsumer>(), services => services.AddSingleton(deliveries));

        await InTransactionAsync(writer, "june", events: 10, tells: false);

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count >= 10, "all events");
        await house.OutboxEmptiesAsync();
        Assert.Equal(10, deliveries.Count);
    }

    [Fact]
    public async Task Should_send_nothing_that_is_rolled_back_and_keep_its_place_for_no_one()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await house.StartAsync(x => x.AddConsumer<DeliveriesConsumer>(), services => services.AddSingleton(deliveries),
            o => o.QueryDelay = TimeSpan.FromMinutes(10));

        for (var i = 0; i < 50; i++)
            await InTransactionAsync(host, "rolled back", events: 5, commits: false, tells: false);
        await InTransactionAsync(host, "june", events: 5);

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 5, "the committed events");
        await house.OutboxEmptiesAsync();
        Assert.All(deliveries.All, delivery => Assert.Equal("june", delivery.Message.Name));
    }

    [Fact]
    public async Task Should_leave_to_the_sweeper_what_the_broker_does_not_take()
    {
        await using var cable = new TcpCut(TestVirtualHost.Host, TestVirtualHost.Port);
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        await house.StartAsync(x => x.AddConsumer<DeliveriesConsumer>(), services => services.AddSingleton(deliveries), o => o.UseBusOutbox(b => b.DisableDeliveryService()));
        house.BrokerPort = (ushort)cable.Port;
        var writer = await house.StartAsync(_ => { });

        for (var i = 0; i < 20; i++)
        {
            if (i % 5 == 2)
                cable.DropConnections();
            await InTransactionAsync(writer, $"{i}", events: 6);
        }

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.All.Select(x => x.MessageId).Distinct().Count()), count => count == 120, "all events");
        await house.OutboxEmptiesAsync();
    }

    /// <summary>As a service works: it saves by the scope's outbox, commits, and says so.</summary>
    static async Task InTransactionAsync(IHost host, string name, int events, bool commits = true, bool tells = true)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<LedgerContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        for (var i = 0; i < events; i++)
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new Booked(name, i));
        var outbox = scope.ServiceProvider.OutboxTransaction(db)!;
        await outbox.SaveAsync(CancellationToken.None);
        if (commits)
            await transaction.CommitAsync();
        if (tells)
            outbox.Committed();
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
