using Billing.Contracts;
using Billing.MonthClose.Books.Calendar;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Seats;

/// <summary>From a day on, a subscription owes so many seats above those bought. Levels are appended; the latest of a day counts for the day.</summary>
public sealed record SeatLevel
{
    public required string SubscriptionId { get; init; }

    /// <summary>The version that the event carried: the same one twice counts once, and an older one never hides a newer.</summary>
    public required int Version { get; init; }

    public required string AccountId { get; init; }
    /// <summary>The day of <see cref="AsOf"/> in the account's time zone; in UTC while <see cref="IsEarly"/>.</summary>
    public required DateOnly FirstDay { get; init; }

    /// <summary>True when it was told before its account was registered: nobody knew the time zone yet.</summary>
    public bool IsEarly { get; init; }

    public required int SeatsOwed { get; init; }

    /// <summary>The month whose invoice bills it, as 202610: its own, or the next open one when its own was invoiced already.</summary>
    public required int BillingPeriod { get; init; }
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>With its day in the account's time zone.</summary>
    public SeatLevel In(string timeZone) => IsEarly ? this with { FirstDay = Zones.DayOf(AsOf, timeZone) } : this;
}

sealed class SeatLevelMap : IEntityTypeConfiguration<SeatLevel>
{
    public void Configure(EntityTypeBuilder<SeatLevel> level)
    {
        level.ToTable("SeatLevel");
        level.HasKey(x => new { x.SubscriptionId, x.Version });
        level.Property(x => x.SubscriptionId).HasMaxLength(ExternalId.Longest);
        level.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        level.HasIndex(x => new { x.AccountId, x.FirstDay });
    }
}
