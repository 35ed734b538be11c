using Billing.Outbox;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class Entry
{
    public long Id { get; init; }
    public required string Name { get; init; }
}

public class Tally : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "";
    public int Count { get; set; }
    public Guid? ReminderId { get; set; }
}

public sealed class TallyMap(bool versioned) : SagaClassMap<Tally>
{
    protected override void Configure(EntityTypeBuilder<Tally> entity, ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(entity);
        if (!versioned)
            return;
        if (TestStore.IsSqlServer)
            entity.Property<byte[]>("Version").IsRowVersion();
        else
            entity.Property<uint>("Version").IsRowVersion();
    }
}

public class LedgerContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Entry> Entries => Set<Entry>();
    public DbSet<Tally> Tallies => Set<Tally>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddTransactionalOutboxEntities();
        modelBuilder.AddDueMessageIndex();
        new TallyMap(this is VersionedLedgerContext).Configure(modelBuilder);
    }
}

/// <summary>The same with a version on the saga, for the optimistic mode.</summary>
public sealed class VersionedLedgerContext(DbContextOptions<VersionedLedgerContext> options) : LedgerContext(options);

/// <summary>Another service's context in the same process.</summary>
public sealed class OtherLedgerContext(DbContextOptions<OtherLedgerContext> options) : LedgerContext(options);
