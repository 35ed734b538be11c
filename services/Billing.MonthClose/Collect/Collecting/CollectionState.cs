using Billing.Contracts;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>The collection of one invoice that was not paid at once. It lives for days.</summary>
public sealed class CollectionState : SagaStateMachineInstance
{
    /// <summary>The invoice's id.</summary>
    public Guid CorrelationId { get; set; }

    public string CurrentState { get; set; } = "Initial";
    public string AccountId { get; set; } = "";

    /// <summary>Attempts of the schedule that were refused.</summary>
    public int Attempt { get; set; }

    /// <summary>Which schedule, from 0: a new payment method of a held account begins another.</summary>
    public int Cycle { get; set; }

    /// <summary>Times in a row that our own outage kept a try from the gateway.</summary>
    public int Outages { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the planned try is due, also while something else keeps it waiting.</summary>
    public DateTimeOffset? NextTry { get; set; }

    /// <summary>Why it stands still.</summary>
    public string? Reason { get; set; }

    public const int LongestReason = 1000;

    /// <summary>When the next try is due.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public Guid? RetryToken { get; set; }
}

sealed class CollectionStateMap : SagaClassMap<CollectionState>
{
    protected override void Configure(EntityTypeBuilder<CollectionState> collection, ModelBuilder model)
    {
        collection.ToTable("Collection");
        collection.Property(x => x.CurrentState).HasMaxLength(32);
        collection.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        collection.Property(x => x.Reason).HasMaxLength(CollectionState.LongestReason);
        // what is still to be collected; the paid pile up
        collection.HasIndex(x => x.CurrentState).HasFilter("\"CurrentState\" <> 'Paid' AND \"CurrentState\" <> 'Ended'");
        collection.HasIndex(x => x.AccountId);
    }
}
