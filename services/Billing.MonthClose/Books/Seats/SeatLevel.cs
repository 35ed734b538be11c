using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Seats;

/// <summary>From a day on, a subscription owes so many seats above those bought. Levels are appended; the latest of a day counts for the day.</summary>
public sealed class SeatLevel
{
    public required string SubscriptionId { get; init; }

    /// <summary>The version that the event carried: the same one twice counts once, and an older one never hides a newer.</summary>
    public required int Version { get; init; }

    public required string AccountId { get; init; }
    public required DateOnly FirstDay { get; init; }
    public required int SeatsOwed { get; init; }
    public required DateTimeOffset AsOf { get; init; }
}

sealed class SeatLevelMap : IEntityTypeConfiguration<SeatLevel>
{
    public void Configure(EntityTypeBuilder<SeatLevel> level)
    {
        level.ToTable("SeatLevel");
        level.HasKey(x => new { x.SubscriptionId, x.Version });
        level.Property(x => x.SubscriptionId).HasMaxLength(64);
        level.Property(x => x.AccountId).HasMaxLength(64);
        level.HasIndex(x => new { x.AccountId, x.FirstDay });
    }
}
