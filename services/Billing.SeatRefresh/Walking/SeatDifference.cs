using Billing.Contracts;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Walking;

/// <summary>What a way in shadow would have written otherwise: both values, and why.</summary>
[RowsGo]
public sealed class SeatDifference
{
    public required RefreshWay Way { get; init; }

    /// <summary>The tick of the walk that found it.</summary>
    public required DateTimeOffset DueAt { get; init; }

    public required string SubscriptionId { get; init; }
    public required DateTimeOffset FoundAt { get; init; }

    public required int StoredInUse { get; init; }
    public required int StoredMaxUsed { get; init; }
    public required int StoredOwed { get; init; }

    public required int InUse { get; init; }
    public required int MaxUsed { get; init; }
    public required int Owed { get; init; }

    /// <summary>Rule by rule, with the people whom it concerns.</summary>
    public required string Reason { get; init; }
}

sealed class SeatDifferenceMap : IEntityTypeConfiguration<SeatDifference>
{
    public void Configure(EntityTypeBuilder<SeatDifference> difference)
    {
        difference.ToTable("SeatDifference");
        difference.HasKey(x => new { x.Way, x.DueAt, x.SubscriptionId });
        difference.Property(x => x.Way).HasConversion<string>().HasMaxLength(8);
        difference.Property(x => x.SubscriptionId).HasMaxLength(ExternalId.Longest);
        difference.Property(x => x.Reason).HasMaxLength(DifferenceReason.Longest);
    }
}
