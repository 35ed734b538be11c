using Billing.Contracts;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Seats;

/// <summary>
/// Who took up a seat from which count to which. Those without an end are the snapshot of the last count; the snapshot of any earlier one follows
/// from the ends, so every figure can be counted again by hand.
/// </summary>
[RowsChange(nameof(GoneAt))]
public sealed class SeatHolder
{
    public required string SubscriptionId { get; init; }
    public required string UserId { get; init; }

    /// <summary>When the count ran that first saw the person.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>The membership that gave the seat: where, and as what.</summary>
    public required string NamespaceId { get; init; }

    public required string Role { get; init; }

    /// <summary>When the count ran that saw the person no more.</summary>
    public DateTimeOffset? GoneAt { get; set; }
}

sealed class SeatHolderMap : IEntityTypeConfiguration<SeatHolder>
{
    public void Configure(EntityTypeBuilder<SeatHolder> holder)
    {
        holder.ToTable("SeatHolder");
        holder.HasKey(x => new { x.SubscriptionId, x.UserId, x.SeenAt });
        holder.Property(x => x.SubscriptionId).HasMaxLength(ExternalId.Longest);
        holder.Property(x => x.UserId).HasMaxLength(ExternalId.Longest);
        holder.Property(x => x.NamespaceId).HasMaxLength(ExternalId.Longest);
        holder.Property(x => x.Role).HasMaxLength(16);
    }
}
