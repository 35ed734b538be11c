using Billing.Hosting.Personal;
using Billing.Hosting.Restoring;
using Billing.Outbox;
using Billing.Persistence.Postgres;
using Billing.Persistence.SqlServer;
using Billing.SeatRefresh.Alerting;
using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Namespaces;
using Billing.SeatRefresh.Refreshing;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Slots;
using Billing.SeatRefresh.Subscriptions;
using Billing.SeatRefresh.Walking;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh;

/// <summary>Everything that this service owns. Each map stands beside its entity.</summary>
public abstract class SeatRefreshDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Subscription> Subscriptions => Set<Subscription>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<SeatHistory> History => Set<SeatHistory>();
    public DbSet<NamespaceNode> Namespaces => Set<NamespaceNode>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<Person> People => Set<Person>();
    public DbSet<SeatHolder> Holders => Set<SeatHolder>();
    public DbSet<SeatAlert> Alerts => Set<SeatAlert>();
    public DbSet<RefreshSlot> Slots => Set<RefreshSlot>();
    public DbSet<SlotLease> SlotLeases => Set<SlotLease>();
    public DbSet<RefreshSettings> Settings => Set<RefreshSettings>();
    public DbSet<SeatWalk> Walks => Set<SeatWalk>();
    public DbSet<SeatDifference> Differences => Set<SeatDifference>();
    public DbSet<RefreshTick> Ticks => Set<RefreshTick>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(SeatRefreshDbContext).Assembly);
        modelBuilder.AddErasedContacts();
        modelBuilder.AddRestorations();
        modelBuilder.AddTransactionalOutboxEntities();
        modelBuilder.AddDueMessageIndex();
    }
}

public sealed class PostgresSeatRefreshDbContext(DbContextOptions<PostgresSeatRefreshDbContext> options) : SeatRefreshDbContext(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.CompareOrdinally();
    }
}

public sealed class SqlServerSeatRefreshDbContext(DbContextOptions<SqlServerSeatRefreshDbContext> options) : SeatRefreshDbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.CompareOrdinally();
    }
}
