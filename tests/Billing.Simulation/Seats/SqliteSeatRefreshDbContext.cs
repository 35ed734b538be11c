using Billing.SeatRefresh;
using Billing.Simulation.Database;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Billing.Simulation.Seats;

/// <summary>SeatRefresh's own model on SQLite: the same tables, keys and unique indexes.</summary>
sealed class SqliteSeatRefreshDbContext(DbContextOptions<SqliteSeatRefreshDbContext> options) : SeatRefreshDbContext(options), IConsumingContext
{
    public InboxKey? Consumes { get; set; }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Instants>();
    }

    /// <summary>Ticks in UTC, which can be compared and ordered.</summary>
    sealed class Instants() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
