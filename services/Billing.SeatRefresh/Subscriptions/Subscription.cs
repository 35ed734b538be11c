using Billing.SeatRefresh.Counting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Subscriptions;

/// <summary>What an account bought for a namespace, as last told, and what was last counted of it.</summary>
public sealed class Subscription
{
    public required string SubscriptionId { get; init; }
    public required string AccountId { get; set; }
    public required string NamespaceId { get; set; }

    /// <summary>In small letters, see <see cref="PlanCode"/>.</summary>
    public required string Plan { get; set; }

    public required int Seats { get; set; }
    public bool Trial { get; set; }

    /// <summary>First day of the term.</summary>
    public required DateOnly TermStart { get; set; }

    /// <summary>Last day of the term.</summary>
    public required DateOnly TermEnd { get; set; }

    /// <summary>A new term or the end of a trial was told since the last count: the next one begins a new high-water mark.</summary>
    public bool ResetDue { get; set; }

    /// <summary>The seats bought, as they were at the last count.</summary>
    public int CountedSeats { get; set; }

    public int SeatsInUse { get; set; }
    public int MaxSeatsUsed { get; set; }

    /// <summary>When the high-water mark was set or began anew; null before the first count.</summary>
    public DateTimeOffset? MaxSetAt { get; set; }

    public int SeatsOwed { get; set; }

    /// <summary>Counts the changes published, from 1; 0 before the first.</summary>
    public int Version { get; set; }

    /// <summary>Stamped when a count is done, never when one begins.</summary>
    public DateTimeOffset? LastSeatRefreshAt { get; set; }

    /// <summary>Plan codes mean the same in any case of letters; they are kept and looked for in small ones.</summary>
    public static string PlanCode(string plan) => plan.ToLowerInvariant();

    public Terms Terms => new(Plan, Seats, Trial, TermStart, TermEnd);

    public SeatCount Count => new(CountedSeats, SeatsInUse, MaxSeatsUsed, SeatsOwed);
}

sealed class SubscriptionMap : IEntityTypeConfiguration<Subscription>
{
    public void Configure(EntityTypeBuilder<Subscription> subscription)
    {
        subscription.ToTable("Subscription");
        subscription.HasKey(x => x.SubscriptionId);
        subscription.Property(x => x.SubscriptionId).HasMaxLength(64);
        subscription.Property(x => x.AccountId).HasMaxLength(64);
        subscription.Property(x => x.NamespaceId).HasMaxLength(64);
        subscription.Property(x => x.Plan).HasMaxLength(64);
        subscription.Ignore(x => x.Terms).Ignore(x => x.Count);
        subscription.HasIndex(x => x.NamespaceId).IsUnique();
        // the order in which the due ones are taken
        subscription.HasIndex(x => new { x.LastSeatRefreshAt, x.SubscriptionId });
    }
}
