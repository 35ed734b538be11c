using Billing.Notification.Metrics;
using Billing.Notification.Queueing;
using Billing.Notification.Reporting;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification;

/// <summary>Everything that this service owns. Each map stands beside its entity.</summary>
public abstract class NotificationDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<OutgoingMessage> Messages => Set<OutgoingMessage>();
    public DbSet<EndedCount> EndedCounts => Set<EndedCount>();
    public DbSet<DeliveryReport> DeliveryReports => Set<DeliveryReport>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(NotificationDbContext).Assembly);
}

public sealed class PostgresNotificationDbContext(DbContextOptions<PostgresNotificationDbContext> options) : NotificationDbContext(options);

public sealed class SqlServerNotificationDbContext(DbContextOptions<SqlServerNotificationDbContext> options) : NotificationDbContext(options);
