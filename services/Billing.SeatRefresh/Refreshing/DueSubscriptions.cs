using Billing.Persistence;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Slots;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>A subscription that a job has, and when it was due.</summary>
sealed record Claimed(string SubscriptionId, Guid Claim, DateTimeOffset DueAt);

/// <summary>
/// Takes the next due subscriptions for a job. A claim is committed before the work begins and has an end, so no two jobs ever have the same one, and
/// a crash gives it back; a count is stamped when it is done, never before.
/// </summary>
sealed class DueSubscriptions(Transactions<SeatRefreshDbContext> transactions, SlotStore slots, IOptions<RefreshOptions> options, TimeProvider clock)
{
    /// <param name="slot">In which the job runs: that it is still ours and what is taken are one transaction.</param>
    /// <param name="counted">How many the job has counted, for the record of leases.</param>
    /// <param name="cancellationToken">Ends it; nothing is taken then.</param>
    /// <returns>Nothing when nothing is due; null when the slot is not ours any more.</returns>
    public Task<List<Claimed>?> ClaimAsync(HeldSlot slot, int counted, CancellationToken cancellationToken) => transactions.RunAsync(async db =>
    {
        if (!await slots.KeepAsync(db, slot, counted, cancellationToken))
            return null;
        var now = clock.GetUtcNow();
        var due = await db.Subscriptions.AsNoTracking().Where(x => x.NextRefreshAt <= now).OrderBy(x => x.NextRefreshAt)
            .Take(options.Value.ClaimAtOnce).ForUpdateSkipLocked().ToListAsync(cancellationToken);
        if (due.Count == 0)
            return [];
        var (claim, until) = (Guid.CreateVersion7(now), now + options.Value.ClaimTime);
        var ids = due.ConvertAll(x => x.SubscriptionId);
        await db.Subscriptions.Where(x => ids.Contains(x.SubscriptionId))
            .ExecuteUpdateAsync(set =>
                set.SetProperty(x => x.Claim, claim).SetProperty(x => x.NextRefreshAt, until).SetProperty(x => x.RetryAt, until), cancellationToken);
        return due.ConvertAll(x => new Claimed(x.SubscriptionId, claim, x.NextRefreshAt!.Value));
    }, cancellationToken);

    /// <summary>What was taken and not begun is due again at once.</summary>
    public Task<int> GiveBackAsync(IReadOnlyCollection<Claimed> claimed, CancellationToken cancellationToken) => transactions.RunAsync(async db =>
    {
        var given = 0;
        foreach (var some in claimed.GroupBy(one => (one.Claim, one.DueAt)))
        {
            var ids = some.Select(one => one.SubscriptionId).ToList();
            given += await db.Subscriptions.Where(x => ids.Contains(x.SubscriptionId) && x.Claim == some.Key.Claim).ExecuteUpdateAsync(set => set
                .SetProperty(x => x.Claim, (Guid?)null).SetProperty(x => x.NextRefreshAt, some.Key.DueAt)
                .SetProperty(x => x.RetryAt, some.Key.DueAt), cancellationToken);
        }

        return given;
    }, cancellationToken);

    /// <summary>How many are due now, counted no further than asked.</summary>
    public Task<int> CountAsync(int atMost, CancellationToken cancellationToken) => transactions.RunAsync(db =>
    {
        var now = clock.GetUtcNow();
        return db.Subscriptions.Where(x => x.NextRefreshAt <= now).Take(atMost).CountAsync(cancellationToken);
    }, cancellationToken);

    /// <summary>Something was left by a job that died, or has waited long enough after a failure.</summary>
    public Task<bool> IsInterruptedAsync(CancellationToken cancellationToken) => transactions.RunAsync(db =>
    {
        var now = clock.GetUtcNow();
        return db.Subscriptions.AnyAsync(x => x.RetryAt <= now, cancellationToken);
    }, cancellationToken);
}
