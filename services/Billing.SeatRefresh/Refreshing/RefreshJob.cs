using Billing.Hosting.Texts;
using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Slots;
using Billing.SeatRefresh.Subscriptions;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>
/// Counts the subscriptions of one claim: all of them in one transaction and a few statements; when that fails, or takes too long, each by itself. What
/// goes wrong with one is its own: it waits, longer each time, with its reason, and costs no slot. Nothing is saved but by who holds the slot.
/// </summary>
sealed class RefreshJob(
    Transactions<SeatRefreshDbContext> transactions, TimeBound bound, IOptions<RefreshOptions> options, TimeProvider clock, ILogger<RefreshJob> log)
{
    /// <returns>How many were counted by this job.</returns>
    /// <exception cref="SlotLostException">It went to another, and nothing was saved since.</exception>
    public async Task<int> RunAsync(HeldSlot slot, IReadOnlyList<Claimed> claimed, CancellationToken cancellationToken)
    {
        try
        {
            return await bound.RunAsync(within => UnderAsync(slot, services => CountAsync(services, claimed, within), within), cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is not SlotLostException && !DatabaseAway.Is(failure))
        {
            if (claimed.Count == 1)
            {
                await FailedAsync(slot, claimed[0], bound.ReasonOf(failure), cancellationToken);
                return 0;
            }
        }

        var counted = 0;
        foreach (var one in claimed)
            counted += await RunAsync(slot, [await AloneAsync(slot, one, cancellationToken)], cancellationToken);
        return counted;
    }

    Task<T> UnderAsync<T>(HeldSlot slot, Func<IServiceProvider, Task<T>> work, CancellationToken cancellationToken) => transactions.RunAsync(async services =>
    {
        var result = await work(services);
        await SlotStore.RequireAsync(services.GetRequiredService<SeatRefreshDbContext>(), slot, cancellationToken);
        return result;
    }, cancellationToken);

    static async Task<int> CountAsync(IServiceProvider services, IReadOnlyList<Claimed> claimed, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<SeatRefreshDbContext>();
        var claim = claimed[0].Claim;
        // The rows stay locked until the commit; those that are ours no more, because the claim ended or somebody counted meanwhile, are left alone.
        var subscriptions = await db.Subscriptions.AsNoTracking().Where(x => x.Claim == claim).OrderBy(x => x.SubscriptionId).ForUpdate()
            .ToListAsync(cancellationToken);
        if (subscriptions.Count > 0)
            await services.GetRequiredService<CountStep>()
                .RunAsync(subscriptions, SeatScope.Claimed(claim), "seat-refresh", services.GetRequiredService<IPublishEndpoint>(), cancellationToken);
        return subscriptions.Count;
    }

    /// <summary>Under a claim of its own, so that nothing is done for the others.</summary>
    async Task<Claimed> AloneAsync(HeldSlot slot, Claimed claimed, CancellationToken cancellationToken)
    {
        var own = Guid.CreateVersion7(clock.GetUtcNow());
        var until = clock.GetUtcNow() + options.Value.ClaimTime;
        await UnderAsync(slot, services =>
            services.GetRequiredService<SeatRefreshDbContext>().Subscriptions.Where(x => x.SubscriptionId == claimed.SubscriptionId && x.Claim == claimed.Claim)
            .ExecuteUpdateAsync(set => set.SetProperty(x => x.Claim, own).SetProperty(x => x.NextRefreshAt, until)
            .SetProperty(x => x.RetryAt, until), cancellationToken), cancellationToken);
        return claimed with { Claim = own };
    }

    Task<int> FailedAsync(HeldSlot slot, Claimed claimed, string reason, CancellationToken cancellationToken) => UnderAsync(slot, async services =>
    {
        var db = services.GetRequiredService<SeatRefreshDbContext>();
        var failures = await db.Subscriptions.Where(x => x.SubscriptionId == claimed.SubscriptionId && x.Claim == claimed.Claim).Select(x => (int?)x.Failures)
            .SingleOrDefaultAsync(cancellationToken);
        var again = clock.GetUtcNow() + Backoff.After((failures ?? 0) + 1, options.Value);
        var why = reason.ShortenedTo(Subscription.LongestReason);
        log.RefreshFailed(claimed.SubscriptionId, why);
        return await db.Subscriptions.Where(x => x.SubscriptionId == claimed.SubscriptionId && x.Claim == claimed.Claim).ExecuteUpdateAsync(set => set
            .SetProperty(x => x.Failures, x => x.Failures + 1).SetProperty(x => x.LastError, why)
            .SetProperty(x => x.NextRefreshAt, again).SetProperty(x => x.RetryAt, again).SetProperty(x => x.Claim, (Guid?)null), cancellationToken);
    }, cancellationToken);
}
