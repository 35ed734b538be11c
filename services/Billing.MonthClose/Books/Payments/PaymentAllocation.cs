using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Payments;

/// <summary>Which part of a payment settled which invoice. The payment itself is a ledger transaction.</summary>
public sealed class PaymentAllocation
{
    public required string PaymentId { get; init; }
    public required Guid InvoiceId { get; init; }

    /// <summary>In the invoice's currency, in its major unit.</summary>
    public required decimal Amount { get; init; }

    /// <summary>True when the invoice had been written off: the money is recovered, not collected.</summary>
    public bool IsRecovery { get; init; }
}

sealed class PaymentAllocationMap : IEntityTypeConfiguration<PaymentAllocation>
{
    public void Configure(EntityTypeBuilder<PaymentAllocation> allocation)
    {
        allocation.ToTable("PaymentAllocation");
        allocation.HasKey(x => new { x.PaymentId, x.InvoiceId });
        allocation.Property(x => x.PaymentId).HasMaxLength(128);
        allocation.Property(x => x.Amount).HasPrecision(19, 4);
        allocation.HasIndex(x => x.InvoiceId);
    }
}
