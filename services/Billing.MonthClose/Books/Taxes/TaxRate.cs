using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Taxes;

/// <summary>What the tax of one kind of product is in one place, from a day on. It is never edited: a later word about the day stands beside it.</summary>
public sealed record TaxRate
{
    /// <summary>Of rated costs that are a tax already, as FOCUS has them.</summary>
    public const string TaxCategory = "tax";

    public const int LongestName = 100;
    public const int LongestCategory = 64;
    public const int LongestRegion = 64;

    /// <summary>Decimals of a rate: a hundredth of a percent of a percent.</summary>
    public const int Scale = 6;

    /// <summary>Grows over all rates, in the order in which they were told.</summary>
    public long Version { get; set; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public required string Country { get; init; }

    /// <summary>Null for the whole country.</summary>
    public string? Region { get; init; }

    public required string Category { get; init; }

    /// <summary>What the invoice says, such as <c>VAT 19 %</c>.</summary>
    public required string Name { get; init; }

    /// <summary>As a fraction: 0.19 is 19 %. Zero is a rate too, and has to be told.</summary>
    public required decimal Rate { get; init; }

    /// <summary>Prices hold the tax.</summary>
    public bool Inclusive { get; init; }

    /// <summary>An account with a tax number owes it to its own state.</summary>
    public bool ReverseCharge { get; init; }

    /// <summary>The first day on which it is in force.</summary>
    public required DateOnly ValidFrom { get; init; }

    public required DateTimeOffset SetAt { get; init; }
}

sealed class TaxRateMap : IEntityTypeConfiguration<TaxRate>
{
    public void Configure(EntityTypeBuilder<TaxRate> rate)
    {
        rate.ToTable("TaxRate");
        rate.HasKey(x => x.Version);
        rate.Property(x => x.Version).ValueGeneratedNever();
        rate.Property(x => x.Country).HasMaxLength(2);
        rate.Property(x => x.Region).HasMaxLength(TaxRate.LongestRegion);
        rate.Property(x => x.Category).HasMaxLength(TaxRate.LongestCategory);
        rate.Property(x => x.Name).HasMaxLength(TaxRate.LongestName);
        rate.Property(x => x.Rate).HasPrecision(9, TaxRate.Scale);
    }
}
