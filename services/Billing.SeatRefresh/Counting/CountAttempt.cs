using Billing.Persistence;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Subscriptions;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Counting;

/// <summary>A count as a part of a larger transaction: when it fails or takes too long, nothing of it stays, and the rest of the transaction does.</summary>
sealed class CountAttempt(SeatRefreshDbContext db, CountStep count, TimeBound bound, ILogger<CountAttempt> log)
{
    const string BeforeTheCount = "before_the_count";

    /// <returns>Why they could not be counted; null when they are.</returns>
    public async Task<string?> RunAsync(IReadOnlyList<Subscription> locked, SeatScope scope, string by, IPublishEndpoint bus,
        CancellationToken cancellationToken, IReadOnlyDictionary<string, Terms>? termsBefore = null)
    {
        var transaction = db.Database.CurrentTransaction ?? throw new InvalidOperationException("A count needs a transaction");
        await transaction.CreateSavepointAsync(BeforeTheCount, cancellationToken);
        try
        {
            // copies, so that a count that fails leaves nothing behind here either
            await bound.RunAsync(within => count.RunAsync(locked.Select(one => one.Copy()).ToList(), scope, by, bus, within, termsBefore), cancellationToken);
            return null;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && !DatabaseAway.Is(failure))
        {
            await transaction.RollbackToSavepointAsync(BeforeTheCount, cancellationToken);
            var reason = bound.ReasonOf(failure);
            foreach (var one in locked)
                log.RefreshFailed(one.SubscriptionId, reason);
            return reason;
        }
    }
}
