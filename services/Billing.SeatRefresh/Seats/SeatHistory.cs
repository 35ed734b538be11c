using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Seats;

/// <summary>One change of a subscription's seats: what it was, what it became, and who or what asked for the count. Appended, never changed.</summary>
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
}

sealed class SeatHistoryMap : IEntityTypeConfiguration<SeatHistory>
{
    public void Configure(EntityTypeBuilder<SeatHistory> history)
    {
        history.ToTable("SeatHistory");
        history.HasKey(x => new { x.SubscriptionId, x.Version });
        history.Property(x => x.SubscriptionId).HasMaxLength(64);
        history.Property(x => x.ChangedBy).HasMaxLength(200);
    }
}
