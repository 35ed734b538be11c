using Billing.Contracts;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Refunds;

public enum DisputeState
{
    /// <summary>The customer's bank took the money back.</summary>
    Withdrawn,

    /// <summary>It was given again: the dispute is won.</summary>
    Reinstated
}

/// <summary>A payment of ours that the customer's bank took back. The money is apart in the books, until it is given again or a person says more.</summary>
[RowsChange(nameof(State), nameof(ReinstatedAt))]
public sealed record Dispute
{
    /// <summary>The gateway's own id.</summary>
    public required string DisputeId { get; init; }

    public required Guid ChargeId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }

    /// <summary>In the currency's major unit.</summary>
    public required decimal Amount { get; init; }

    public required string Currency { get; init; }
    public required DisputeState State { get; init; }
    public required DateTimeOffset BookedAt { get; init; }
    public DateTimeOffset? ReinstatedAt { get; init; }
}

sealed class DisputeMap : IEntityTypeConfiguration<Dispute>
{
    public void Configure(EntityTypeBuilder<Dispute> dispute)
    {
        dispute.ToTable("Dispute");
        dispute.HasKey(x => x.DisputeId);
        dispute.Property(x => x.DisputeId).HasMaxLength(128);
        dispute.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        dispute.Property(x => x.Amount).HasPrecision(19, 4);
        dispute.Property(x => x.Currency).HasMaxLength(3);
        dispute.Property(x => x.State).HasConversion<string>().HasMaxLength(16);
        dispute.HasIndex(x => x.ChargeId);
        dispute.HasIndex(x => x.AccountId);
    }
}
