using Billing.Hosting.Personal;
using Billing.Hosting.Restoring;
using Billing.Limits;
using Billing.Notification.Limiting;
using Billing.Notification.Messages;
using Billing.Notification.Metrics;
using Billing.Notification.Queueing;
using Billing.Notification.Reporting;
using Billing.Notification.Tiering;
using Billing.Persistence.Postgres;
using Billing.Persistence.SqlServer;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification;

/// <summary>Everything that this service owns. Each map stands beside its entity.</summary>
public abstract class NotificationDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<OutgoingMessage> Messages => Set<OutgoingMessage>();
    public DbSet<EndedCount> EndedCounts => Set<EndedCount>();
    public DbSet<DeliveryReport> DeliveryReports => Set<DeliveryReport>();

    public DbSet<ChannelTotal> ChannelTotals => Set<ChannelTotal>();
    public DbSet<MinuteFigure> MinuteFigures => Set<MinuteFigure>();
    public DbSet<MinuteLatency> MinuteLatencies => Set<MinuteLatency>();
    public DbSet<WorkspaceLatency> WorkspaceLatencies => Set<WorkspaceLatency>();
    public DbSet<MinuteLimit> MinuteLimits => Set<MinuteLimit>();
    public DbSet<FigureBaseline> FigureBaselines => Set<FigureBaseline>();
    public DbSet<FigureReset> FigureResets => Set<FigureReset>();
    public DbSet<WorkspaceFigure> WorkspaceFigures => Set<WorkspaceFigure>();
    public DbSet<ExceedanceEntry> Exceedances => Set<ExceedanceEntry>();
    public DbSet<ExceedanceAlert> ExceedanceAlerts => Set<ExceedanceAlert>();

    public DbSet<Round> Rounds => Set<Round>();
    public DbSet<Workspace> Workspaces => Set<Workspace>();
    public DbSet<Tier> Tiers => Set<Tier>();
    public DbSet<LimitChangeEntry> LimitChanges => Set<LimitChangeEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(NotificationDbContext).Assembly);
        modelBuilder.AddErasedContacts();
        modelBuilder.AddPermits();
        modelBuilder.AddRestorations();
    }
}

public sealed class PostgresNotificationDbContext(DbContextOptions<PostgresNotificationDbContext> options) : NotificationDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.CompareOrdinally();
    }
}

public sealed class SqlServerNotificationDbContext(DbContextOptions<SqlServerNotificationDbContext> options) : NotificationDbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.CompareOrdinally();
    }
}
