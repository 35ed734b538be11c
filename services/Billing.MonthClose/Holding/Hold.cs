using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Holding;

/// <summary>The service of an account that does not pay is suspended for one invoice; a payment of that invoice lifts it.</summary>
public sealed class Hold
{
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset HeldAt { get; init; }
    public DateTimeOffset? LiftedAt { get; set; }
}

sealed class HoldMap : IEntityTypeConfiguration<Hold>
{
    public void Configure(EntityTypeBuilder<Hold> hold)
    {
        hold.ToTable("Hold");
        hold.HasKey(x => x.InvoiceId);      // placed twice is placed once
        hold.Property(x => x.InvoiceId).ValueGeneratedNever();
        hold.Property(x => x.AccountId).HasMaxLength(64);
        hold.Property(x => x.Reason).HasMaxLength(200);
        hold.HasIndex(x => x.AccountId).HasFilter("\"LiftedAt\" IS NULL");
    }
}
