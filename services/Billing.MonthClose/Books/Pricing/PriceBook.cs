using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Books.Pricing;

/// <summary>The price list as it was when a run began.</summary>
public sealed class PriceBook
{
    readonly Dictionary<(string PriceCode, string Currency), Price> _prices;

    public PriceBook(IEnumerable<Price> prices) =>
        _prices = prices.GroupBy(price => (price.PriceCode, price.Currency))
            .ToDictionary(versions => versions.Key, versions => versions.MaxBy(price => price.Version)!);

    /// <summary>The same list with other prices in the place of some.</summary>
    public PriceBook With(IReadOnlyCollection<Price> instead) =>
        new(_prices.Values.Where(price => !instead.Any(one => one.PriceCode == price.PriceCode && one.Currency == price.Currency)).Concat(instead));

    public Price? Find(string priceCode, string currency) => _prices.GetValueOrDefault((priceCode, currency));

    /// <summary>
    /// Reads the list with nothing newer than the version. What had no price at all then takes the first one set later: so an account that was
    /// parked for a missing price can be taken up, and no price that stood is ever changed under a run.
    /// </summary>
    public static async Task<PriceBook> ReadAsync(MonthCloseDbContext db, long version, CancellationToken cancellationToken)
    {
        var chosen = db.Prices
            .GroupBy(price => new { price.PriceCode, price.Currency })
            .Select(versions => versions.Max(price => price.Version <= version ? (long?)price.Version : null) ?? versions.Min(price => price.Version));
        return new PriceBook(await db.Prices.AsNoTracking().Where(price => chosen.Contains(price.Version)).ToListAsync(cancellationToken));
    }
}
