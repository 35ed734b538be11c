using Billing.Hosting.Personal;
using Billing.Hosting.Restoring;
using Billing.Persistence.Postgres;
using Billing.Persistence.SqlServer;
using Billing.Scheduler.Advancing;
using Billing.Scheduler.Auditing;
using Billing.Scheduler.Dated;
using Billing.Scheduler.Schedules;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler;

/// <summary>Everything that this service owns, but for the tables <c>qrtz_*</c>, which Quartz makes itself. Each map stands beside its entity.</summary>
public abstract class SchedulerDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<ScheduleState> Schedules => Set<ScheduleState>();
    public DbSet<ScheduleTick> Ticks => Set<ScheduleTick>();
    public DbSet<ScheduledCommand> Commands => Set<ScheduledCommand>();
    public DbSet<AuditEntry> Audit => Set<AuditEntry>();
    public DbSet<TestClockState> Clock => Set<TestClockState>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(SchedulerDbContext).Assembly);
        modelBuilder.AddErasedContacts();
        modelBuilder.AddRestorations();
        modelBuilder.AddTransactionalOutboxEntities();
    }
}

public sealed class PostgresSchedulerDbContext(DbContextOptions<PostgresSchedulerDbContext> options) : SchedulerDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.CompareOrdinally();
    }
}

public sealed class SqlServerSchedulerDbContext(DbContextOptions<SqlServerSchedulerDbContext> options) : SchedulerDbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.CompareOrdinally();
    }
}
