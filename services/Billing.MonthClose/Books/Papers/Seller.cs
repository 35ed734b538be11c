using System.Text.Json;
using Billing.Hosting.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Papers;

/// <summary>
/// Who issues invoices, as they name him. A row never changes: other settings make another row, and each invoice says which of them held when it was issued.
/// </summary>
public sealed record Seller
{
    /// <summary>Follows from all that the row says.</summary>
    public required Guid SellerId { get; init; }

    public required string Name { get; init; }

    /// <summary>Line by line.</summary>
    public string? Address { get; init; }

    public string? TaxId { get; init; }
    public string? Registration { get; init; }
    public string? Contact { get; init; }

    /// <summary>Where money is to be transferred, line by line.</summary>
    public string? PayTo { get; init; }

    /// <returns>Null when no name is set: then invoices name nobody.</returns>
    public static Seller? Of(SellerOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Name))
            return null;
        var all = JsonSerializer.Serialize(new[] { options.Name, options.Address, options.TaxId, options.Registration, options.Contact, options.PayTo });
        return new Seller
        {
            SellerId = DeterministicGuid.Of($"seller:{all}"),
            Name = options.Name,
            Address = options.Address,
            TaxId = options.TaxId,
            Registration = options.Registration,
            Contact = options.Contact,
            PayTo = options.PayTo
        };
    }
}

sealed class SellerMap : IEntityTypeConfiguration<Seller>
{
    public void Configure(EntityTypeBuilder<Seller> seller)
    {
        seller.ToTable("Seller");
        seller.HasKey(x => x.SellerId);
        seller.Property(x => x.SellerId).ValueGeneratedNever();
        seller.Property(x => x.Name).HasMaxLength(SellerOptions.Longest);
        seller.Property(x => x.Address).HasMaxLength(SellerOptions.Longest);
        seller.Property(x => x.TaxId).HasMaxLength(SellerOptions.Longest);
        seller.Property(x => x.Registration).HasMaxLength(SellerOptions.Longest);
        seller.Property(x => x.Contact).HasMaxLength(SellerOptions.Longest);
        seller.Property(x => x.PayTo).HasMaxLength(SellerOptions.Longest);
    }
}
