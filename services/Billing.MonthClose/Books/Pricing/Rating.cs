using System.Globalization;

namespace Billing.MonthClose.Books.Pricing;

/// <summary>What a quantity costs, not yet rounded, and the sum as a person would write it.</summary>
public readonly record struct Rated(decimal Quantity, decimal UnitPrice, decimal Amount, string Formula);

/// <summary>What was used of one resource within one period.</summary>
public readonly record struct ResourceUse(string? ResourceId, decimal Quantity, long StartedHours);

/// <summary>Prices a period's use. Plain sums at full precision: the invoice line rounds, once.</summary>
public static class Rating
{
    public static Rated Rate(Price price, IReadOnlyCollection<ResourceUse> uses) => price.Model switch
    {
        PriceModel.Unit => ByUnit(price, uses.Sum(use => use.Quantity)),
        PriceModel.Hourly => ByHour(price, uses),
        PriceModel.Graduated => Graduated(price, uses.Sum(use => use.Quantity)),
        PriceModel.Volume => ByVolume(price, uses.Sum(use => use.Quantity)),
        _ => throw new ArgumentOutOfRangeException(nameof(price), price.Model, "expected a price model that is known here")
    };

    static Rated ByUnit(Price price, decimal quantity) =>
        new(quantity, price.UnitPrice, quantity * price.UnitPrice, $"{Plain(quantity)} × {Plain(price.UnitPrice)}");

    /// <remarks>Source: the rule of hourly prices with a monthly cap; the cap is counted for each resource by itself.</remarks>
    static Rated ByHour(Price price, IReadOnlyCollection<ResourceUse> uses)
    {
        var used = uses.Sum(use => use.StartedHours);
        var billed = uses.GroupBy(use => use.ResourceId, StringComparer.Ordinal)
            .Sum(resource => Math.Min(resource.Sum(use => use.StartedHours), price.MonthlyCapHours));
        var capped = billed < used ? $" of {used} h (cap {price.MonthlyCapHours} h a resource)" : " h";
        return new Rated(billed, price.UnitPrice, billed * price.UnitPrice, $"{billed}{capped} × {Plain(price.UnitPrice)}");
    }

    // quantity 0         100        1000
    //          |----------|----------|--------->     a tier begins above the one before it
    //            tier 1     tier 2     tier 3
    static Rated Graduated(Price price, decimal quantity)
    {
        var amount = 0m;
        var from = 0m;
        var parts = new List<string>();
        foreach (var tier in price.Tiers)
        {
            var inTier = Math.Min(quantity, tier.UpTo ?? quantity) - from;
            if (inTier <= 0)
                break;
            amount += inTier * tier.UnitPrice + tier.FlatPrice;
            parts.Add(Part(inTier, tier));
            from = tier.UpTo ?? quantity;
        }

        return new Rated(quantity, quantity == 0 ? 0 : amount / quantity, amount, parts.Count == 0 ? "0" : string.Join(" + ", parts));
    }

    static Rated ByVolume(Price price, decimal quantity)
    {
        if (quantity <= 0)
            return new Rated(quantity, 0, 0, "0");
        var tier = price.Tiers.First(tier => tier.UpTo is null || quantity <= tier.UpTo);
        return new Rated(quantity, tier.UnitPrice, quantity * tier.UnitPrice + tier.FlatPrice, Part(quantity, tier));
    }

    static string Part(decimal quantity, Tier tier) =>
        $"{Plain(quantity)} × {Plain(tier.UnitPrice)}{(tier.FlatPrice == 0 ? "" : $" + {Plain(tier.FlatPrice)}")}";

    /// <summary>Without trailing zeros and without an exponent.</summary>
    public static string Plain(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);
}
