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
    public uint Version { get; set; }
}

public sealed class TallyMap(bool versioned) : SagaClassMap<Tally>
{
    protected override void Configure(EntityTypeBuilder<Tally> entity, ModelBuilder model)
    {
        if (versioned)
            entity.Property(x => x.Version).IsRowVersion();
        else
            entity.Ignore(x => x.Version);
    }
}

public class LedgerContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Entry> Entries => Set<Entry>();
    public DbSet<Tally> Tallies => Set<Tally>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddTransactionalOutboxEntities();
        new TallyMap(this is VersionedLedgerContext).Configure(modelBuilder);
    }
}

public sealed class VersionedLedgerContext(DbContextOptions<VersionedLedgerContext> options) : LedgerContext(options);
