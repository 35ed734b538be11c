using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MassTransit.EntityFrameworkCoreIntegration;

public interface ISagaClassMap
{
    Type SagaType { get; }

    void Configure(ModelBuilder model);
}

public interface ISagaClassMap<TSaga> : ISagaClassMap
    where TSaga : class, ISaga;

/// <summary>Maps a saga by its correlation id; the rest is the derived class's.</summary>
public abstract class SagaClassMap<TSaga> : ISagaClassMap<TSaga>
    where TSaga : class, ISaga
{
    public Type SagaType => typeof(TSaga);

    public virtual void Configure(ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var entity = model.Entity<TSaga>();
        ConfigureCorrelationIdKey(entity.HasKey(saga => saga.CorrelationId));
        entity.Property(saga => saga.CorrelationId).ValueGeneratedNever();
        Configure(entity, model);
    }

    protected virtual void Configure(EntityTypeBuilder<TSaga> entity, ModelBuilder model)
    {
    }

    protected virtual KeyBuilder ConfigureCorrelationIdKey(KeyBuilder keyBuilder) => keyBuilder;
}

/// <summary>A DbContext that is made of saga maps.</summary>
public abstract class SagaDbContext : DbContext
{
    protected SagaDbContext(DbContextOptions options)
        : base(options)
    {
    }

    protected abstract IEnumerable<ISagaClassMap> Configurations { get; }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        base.OnModelCreating(modelBuilder);
        foreach (var configuration in Configurations)
            configuration.Configure(modelBuilder);
    }
}
