using Billing.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_messages_cannot_be_delivered
{
    [Fact]
    public async Task Should_not_keep_those_from_leaving_that_can_be()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        await house.AskAsync(db => Abandoned.LeaveAsync(db, Enumerable.Range(0, 25).Select(i => $"bad {i}"), "nowhere://here/there"));
        await house.AskAsync(db => Abandoned.LeaveAsync(db, Enumerable.Range(0, 15).Select(i => $"good {i}")));

        await house.StartAsync(x => x.AddConsumer<DeliveriesConsumer>(), services => services.AddSingleton(deliveries), o => o.QueryMessageLimit = 10);

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 15, "the good ones");
        await Eventually.HoldsAsync(() => house.AskAsync(db => Task.FromResult(db.Set<EntityFrameworkCoreIntegration.OutboxMessage>().Count())),
            count => count == 25, "the bad ones left");
        Assert.Equal(15, deliveries.Count);
    }
}
