using Billing.Contracts;
using Billing.Hosting.Database;
using Billing.Persistence.Personal;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Accounts;

/// <summary>A payment method that was given once. Its id is never forgotten, so an old change that is played again brings no old card back.</summary>
public sealed class PaymentMethodChange
{
    public required string ChangeId { get; init; }
    public required string AccountId { get; init; }
    [Personal(PersonalKind.Identity)]
    public required string PaymentMethod { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
    public string? RequestedBy { get; init; }
}

sealed class PaymentMethodChangeMap : IEntityTypeConfiguration<PaymentMethodChange>
{
    public void Configure(EntityTypeBuilder<PaymentMethodChange> change)
    {
        change.ToTable("PaymentMethodChange");
        change.HasKey(x => x.ChangeId);     // the same change twice counts once
        change.Property(x => x.ChangeId).HasMaxLength(128);
        change.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        change.Property<string?>(x => x.PaymentMethod).IsSealed();
        change.Property(x => x.RequestedBy).HasMaxLength(128);
        change.HasIndex(x => x.AccountId);
    }
}
