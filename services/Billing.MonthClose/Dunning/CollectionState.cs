using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Dunning;

/// <summary>The collection of one invoice that was not paid at once. It lives for days.</summary>
public sealed class CollectionState : SagaStateMachineInstance
{
    /// <summary>The invoice's id.</summary>
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "Initial";
    public string AccountId { get; set; } = "";

    /// <summary>Times that the gateway was asked for the outcome.</summary>
    public int Looks { get; set; }

    public int Attempt { get; set; }

    /// <summary>When the next look or retry is due.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public Guid? LookToken { get; set; }
    public Guid? RetryToken { get; set; }
}

sealed class CollectionStateMap : SagaClassMap<CollectionState>
{
    protected override void Configure(EntityTypeBuilder<CollectionState> collection, ModelBuilder model)
    {
        collection.ToTable("Collection");
        collection.Property(x => x.CurrentState).HasMaxLength(32);
        collection.Property(x => x.AccountId).HasMaxLength(64);
        collection.HasIndex(x => x.AccountId);
    }
}
