using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace Billing.MonthClose.Books.Pricing;

/// <summary>Keeps the price list of a run in memory while its chunks go through.</summary>
sealed class PriceBookCache(IMemoryCache cache)
{
    /// <summary>Long enough for the next chunk to find it.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    public async Task<PriceBook> OfRunAsync(MonthCloseDbContext db, long version, CancellationToken cancellationToken)
    {
        // a price that was missing counts as soon as it is set: who is unparked in the next moment would be parked again
        var newest = await db.Prices.MaxAsync(price => (long?)price.Version, cancellationToken);
        var key = (nameof(PriceBook), version, newest);
        if (cache.TryGetValue(key, out PriceBook? known))
            return known!;
        var book = await PriceBook.ReadAsync(db, version, cancellationToken);
        return cache.Set(key, book, Kept);
    }
}
