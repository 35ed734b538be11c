using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Billing.Outbox;

public static class DueMessageExtensions
{
    /// <summary>
    /// Adds <see cref="IDueMessages"/>, and makes <c>Schedule</c> and <c>Unschedule</c> of sagas use them,
    /// on every endpoint of the bus. The endpoints need <c>UseEntityFrameworkOutbox</c> with the same DbContext, and its outbox
    /// delivers what is due.
    /// </summary>
    public static void AddDueMessages<TDbContext>(this IBusRegistrationConfigurator bus)
        where TDbContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.TryAddSingleton(TimeProvider.System);
        bus.TryAddScoped<DueMessages<TDbContext>>();
        bus.TryAddScoped<IDueMessages>(provider => provider.GetRequiredService<DueMessages<TDbContext>>());
        bus.AddConfigureEndpointsCallback((_, endpoint) => endpoint.UseFilter(new DueMessageScheduler<TDbContext>()));
    }

    /// <summary>An index by which a due message is cancelled; the outbox's own messages are not in it. After the outbox's entities.</summary>
    public static void AddDueMessageIndex(this ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<OutboxMessage>().HasIndex(message => message.MessageId).HasFilter("\"EnqueueTime\" IS NOT NULL");
    }
}
