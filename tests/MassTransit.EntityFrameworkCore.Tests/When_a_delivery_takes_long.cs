using Billing.Testing;
using MassTransit.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_a_delivery_takes_long
{
    const int Events = 20;

    [Fact]
    public async Task Should_not_be_swept_while_it_is_under_way()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        // another process, which sees the rows and takes for abandoned what is older than two seconds
        await house.StartAsync(x => x.AddConsumer<DeliveriesConsumer>(), services => services.AddSingleton(deliveries));
        // a broker that takes its time
        house.Bus = (_, bus) => bus.ConfigureSend(send => send.UseSendExecuteAsync(_ => Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System)));
        var slow = await house.StartAsync(x => x.AddConsumer<BookConsumer>(), outbox: o => o.UseBusOutbox(b => b.MessageDeliveryLimit = 1));

        await slow.Services.GetRequiredService<IBus>().Publish(new Book("june", Events));

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count >= Events, "every event");
        await house.OutboxEmptiesAsync();
        Assert.Equal(Events, deliveries.All.Select(x => x.MessageId).Distinct().Count());
        Assert.Equal(Events, deliveries.Count);
    }

    /// <summary>A test harness starts hosted services, and calls none of their life cycle's other steps.</summary>
    [Fact]
    public async Task Should_delete_what_has_left_under_the_test_harness_too()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        await using var provider = new ServiceCollection()
            .AddDbContext<LedgerContext>(house.Store.Configure)
            .AddSingleton(deliveries)
            .AddMassTransitTestHarness(x =>
            {
                x.AddEntityFrameworkOutbox<LedgerContext>(o =>
                {
                    house.Store.Configure(o);
                    o.QueryDelay = TimeSpan.FromMilliseconds(200);
                    o.UseBusOutbox(b => b.MessageDeliveryTimeout = TimeSpan.FromSeconds(1));
                });
                x.AddConsumer<BookConsumer>();
                x.AddConsumer<DeliveriesConsumer>();
                x.AddConfigureEndpointsCallback((context, name, endpoint) =>
                {
                    if (name != "Deliveries")
                        endpoint.UseEntityFrameworkOutbox<LedgerContext>(context);
                });
            })
            .BuildServiceProvider(true);
        var harness = await provider.StartTestHarness();

        await harness.Bus.Publish(new Book("june", 3));

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count >= 3, "the events");
        await house.OutboxEmptiesAsync();
        await harness.Stop();
        Assert.Equal(3, deliveries.Count);
    }
}
