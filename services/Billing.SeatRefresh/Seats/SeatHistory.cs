using Billing.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Seats;

/// <summary>One change of a subscription: what it was, what it became, and who or what made the change. Appended, never changed.</summary>
public sealed class SeatHistory
{
    public required string SubscriptionId { get; init; }

    /// <summary>The version that <c>SeatUsageChanged</c> carried.</summary>
    public required int Version { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }
    public required string ChangedBy { get; init; }

    public required int PreviousSeats { get; init; }
    public required int PreviousInUse { get; init; }
    public required int PreviousMaxUsed { get; init; }
    public required int PreviousOwed { get; init; }

    public required int Seats { get; init; }
    public required int InUse { get; init; }
    public required int MaxUsed { get; init; }
    public required int Owed { get; init; }

    /// <summary>What was bought then, and before.</summary>
    public required string Plan { get; init; }

    public required bool Trial { get; init; }
    public required DateOnly TermStart { get; init; }
    public required DateOnly TermEnd { get; init; }
    public required bool Ended { get; init; }

    public required string PreviousPlan { get; init; }
    public required bool PreviousTrial { get; init; }
    public required DateOnly PreviousTermStart { get; init; }
    public required DateOnly PreviousTermEnd { get; init; }
    public required bool PreviousEnded { get; init; }
}

sealed class SeatHistoryMap : IEntityTypeConfiguration<SeatHistory>
{
    public void Configure(EntityTypeBuilder<SeatHistory> history)
    {
        history.ToTable("SeatHistory");
        history.HasKey(x => new { x.SubscriptionId, x.Version });
        history.Property(x => x.SubscriptionId).HasMaxLength(ExternalId.Longest);
        history.Property(x => x.ChangedBy).HasMaxLength(200);
        history.Property(x => x.Plan).HasMaxLength(64);
        history.Property(x => x.PreviousPlan).HasMaxLength(64);
    }
}
