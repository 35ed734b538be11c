using Billing.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Alerting;

/// <summary>Something that was said about a subscription's seats: once for each kind, threshold and term.</summary>
public sealed class SeatAlert
{
    public const string NearLimit = "seats-near-limit";
    public const string Overage = "seats-overage";

    public required string SubscriptionId { get; init; }

    /// <summary>First day of the term in which it was said.</summary>
    public required DateOnly TermStart { get; init; }

    /// <summary>Also the letter's template.</summary>
    public required string Kind { get; init; }

    /// <summary>Seats left at which it is said, or seats owed.</summary>
    public required int Threshold { get; init; }

    public required DateTimeOffset SaidAt { get; init; }
}

sealed class SeatAlertMap : IEntityTypeConfiguration<SeatAlert>
{
    public void Configure(EntityTypeBuilder<SeatAlert> alert)
    {
        alert.ToTable("SeatAlert");
        alert.HasKey(x => new { x.SubscriptionId, x.TermStart, x.Kind, x.Threshold });
        alert.Property(x => x.SubscriptionId).HasMaxLength(ExternalId.Longest);
        alert.Property(x => x.Kind).HasMaxLength(32);
    }
}
