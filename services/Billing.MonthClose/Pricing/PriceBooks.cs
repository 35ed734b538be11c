using Microsoft.Extensions.Caching.Memory;

namespace Billing.MonthClose.Pricing;

/// <summary>Keeps the price list of a run in memory while its chunks go through.</summary>
sealed class PriceBooks(IMemoryCache cache)
{
    /// <summary>Long enough for a chunk to find it, short enough that a price that was missing is seen soon after it was set.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(2);

    public async Task<PriceBook> OfRunAsync(MonthCloseDbContext db, long version, CancellationToken cancellationToken)
    {
        if (cache.TryGetValue((nameof(PriceBook), version), out PriceBook? known))
            return known!;
        var book = await PriceBook.ReadAsync(db, version, cancellationToken);
        return cache.Set((nameof(PriceBook), version), book, Kept);
    }
}
