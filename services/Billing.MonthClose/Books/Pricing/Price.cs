using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Pricing;

public enum PriceModel
{
    /// <summary>Quantity times unit price.</summary>
    Unit,

    /// <summary>Started hours of each resource up to a monthly cap, times the price of an hour.</summary>
    Hourly,

    /// <summary>Each tier's part of the quantity at that tier's price.</summary>
    Graduated,

    /// <summary>The whole quantity at the price of the tier that it falls into.</summary>
    Volume
}

/// <summary>One version of a price. A price is never edited: the next version stands beside it, and a run keeps the one it began with.</summary>
[RowsChange(nameof(SetAt))]      // it never does: but a row whose columns may not change cannot be locked, and whoever sets a price locks the first
public sealed record Price
{
    public const string StandardTaxCategory = "standard";
    public const int DefaultMonthlyCapHours = 672;      // 28 days: a resource that runs all month costs the same in each month

    /// <summary>Grows over all prices, so one number fixes the whole price list as it was at an instant.</summary>
    public long Version { get; set; }

    public required string PriceCode { get; init; }
    public required string Currency { get; init; }
    public required string Description { get; init; }
    public required PriceModel Model { get; init; }
    public decimal UnitPrice { get; init; }
    public int MonthlyCapHours { get; init; } = DefaultMonthlyCapHours;
    public IReadOnlyList<Tier> Tiers { get; init; } = [];

    /// <summary>Of which kind of product it is, for the tax.</summary>
    public string TaxCategory { get; init; } = StandardTaxCategory;

    public required DateTimeOffset SetAt { get; init; }
}

/// <summary>A tier holds quantities above the tier before it, up to and including <see cref="UpTo"/>; the last one is open.</summary>
public sealed record Tier(decimal? UpTo, decimal UnitPrice, decimal FlatPrice);

sealed class PriceMap : IEntityTypeConfiguration<Price>
{
    public void Configure(EntityTypeBuilder<Price> price)
    {
        price.ToTable("Price");
        price.HasKey(x => x.Version);
        price.Property(x => x.Version).ValueGeneratedNever();
        price.Property(x => x.PriceCode).HasMaxLength(64);
        price.Property(x => x.Currency).HasMaxLength(3);
        price.Property(x => x.Description).HasMaxLength(200);
        price.Property(x => x.Model).HasConversion<string>().HasMaxLength(16);
        price.Property(x => x.UnitPrice).HasPrecision(MonthCloseDbContext.FullPrecision, MonthCloseDbContext.FullScale);
        price.Property(x => x.Tiers).HasConversion(Json.Converter<IReadOnlyList<Tier>>(), Json.Comparer<IReadOnlyList<Tier>>());
        price.Property(x => x.TaxCategory).HasMaxLength(64);
        price.HasIndex(x => new { x.PriceCode, x.Currency, x.Version }).IsUnique();
    }
}
