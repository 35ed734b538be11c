using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Books.Papers;

/// <summary>Keeps the seller's particulars as they are set, so that an invoice can say which of them held.</summary>
sealed class SellerBook(MonthCloseDbContext db, IBulkWriter bulk, IOptions<SellerOptions> options)
{
    /// <returns>The id of the row that says what is set; null when no seller is set.</returns>
    public async Task<Guid?> KeepAsync(CancellationToken cancellationToken)
    {
        if (Seller.Of(options.Value) is not { } seller)
            return null;
        // Two that issue the first invoice at the same time write the same row.
        if (!await db.Sellers.AnyAsync(one => one.SellerId == seller.SellerId, cancellationToken))
            await bulk.InsertNewAsync(db, [seller], cancellationToken);
        return seller.SellerId;
    }
}
