using Billing.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Charges;

/// <summary>
/// Money that the gateway took for a charge of ours that is not here: the books were brought back from before it. An invoice of that account and month that
/// asks for the same money takes the charge back, under its old id; one that asks for other money waits for a person.
/// </summary>
public sealed record ForgottenCharge
{
    /// <summary>The gateway's own id of the payment.</summary>
    public required string GatewayReference { get; init; }

    /// <summary>As the gateway was told it.</summary>
    public required Guid ChargeId { get; init; }

    public required string AccountId { get; init; }

    /// <summary>The month of its invoice, as 202610.</summary>
    public required int Period { get; init; }

    /// <summary>In the currency's major unit.</summary>
    public required decimal Amount { get; init; }

    public required string Currency { get; init; }
    public required DateTimeOffset TakenAt { get; init; }
    public required DateTimeOffset FoundAt { get; init; }
}

sealed class ForgottenChargeMap : IEntityTypeConfiguration<ForgottenCharge>
{
    public void Configure(EntityTypeBuilder<ForgottenCharge> charge)
    {
        charge.ToTable("ForgottenCharge");
        charge.HasKey(x => x.GatewayReference);
        charge.Property(x => x.GatewayReference).HasMaxLength(128);
        charge.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        charge.Property(x => x.Amount).HasPrecision(19, 4);
        charge.Property(x => x.Currency).HasMaxLength(3);
        charge.HasIndex(x => new { x.AccountId, x.Period });
    }
}
