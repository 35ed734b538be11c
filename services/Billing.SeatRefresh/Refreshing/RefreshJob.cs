using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>Counts one claimed subscription. What goes wrong with it is its own: it waits, longer each time, with its reason, and costs no slot.</summary>
sealed class RefreshJob(IServiceScopeFactory scopes, IOptions<RefreshOptions> options, IOptions<PlanOptions> plans, TimeProvider clock, ILogger<RefreshJob> log)
{
    const int LongestReason = 1000;

    /// <returns>Whether it was counted by this job.</returns>
    public async Task<bool> RunAsync(Claimed claimed, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = clock.CreateTimer(_ => bound.Cancel(), null, options.Value.JobTime, Timeout.InfiniteTimeSpan);
        try
        {
            return await scopes.InTransactionAsync(services => CountAsync(services, claimed, bound.Token), bound.Token);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && !IsTheDatabaseAway(failure))
        {
            var reason = failure is OperationCanceledException ? $"it took longer than {options.Value.JobTime}" : failure.GetBaseException().Message;
            await FailedAsync(claimed, reason, cancellationToken);
            log.RefreshFailed(claimed.SubscriptionId, reason);
            return false;
        }
    }

    async Task<bool> CountAsync(IServiceProvider services, Claimed claimed, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<SeatRefreshDbContext>();
        var subscription = await db.Subscriptions.Where(x => x.SubscriptionId == claimed.SubscriptionId && x.Claim == claimed.Claim).ForUpdate().SingleOrDefaultAsync(cancellationToken);
        if (subscription is null)
            return false;       // the claim ended, or somebody counted it meanwhile: what we would write is old
        var change = await services.GetRequiredService<SeatCounter>().CountAsync(subscription, "seat-refresh", cancellationToken);
        subscription.Due(SeatDecision.IsPaid(subscription.Terms, plans.Value.Of(subscription.Plan)), options.Value.MaxAge);
        if (change is not null)
            await services.GetRequiredService<SeatNews>().TellAsync(subscription, change, services.GetRequiredService<IPublishEndpoint>(), cancellationToken);
        return true;
    }

    Task<int> FailedAsync(Claimed claimed, string reason, CancellationToken cancellationToken) => scopes.InTransactionAsync(async db =>
    {
        var failures = await db.Subscriptions.Where(x => x.SubscriptionId == claimed.SubscriptionId && x.Claim == claimed.Claim).Select(x => (int?)x.Failures).SingleOrDefaultAsync(cancellationToken);
        var again = clock.GetUtcNow() + Backoff.After((failures ?? 0) + 1, options.Value, claimed.SubscriptionId);
        var why = reason.Length <= LongestReason ? reason : reason[..LongestReason];
        return await db.Subscriptions.Where(x => x.SubscriptionId == claimed.SubscriptionId && x.Claim == claimed.Claim).ExecuteUpdateAsync(set => set
            .SetProperty(x => x.Failures, x => x.Failures + 1).SetProperty(x => x.LastError, why)
            .SetProperty(x => x.NextRefreshAt, again).SetProperty(x => x.RetryAt, again).SetProperty(x => x.Claim, (Guid?)null), cancellationToken);
    }, cancellationToken);

    /// <summary>Then it is nobody's fault: the claim ends by itself.</summary>
    static bool IsTheDatabaseAway(Exception failure) =>
        failure.GetBaseException() is System.Net.Sockets.SocketException or IOException
        || (failure as System.Data.Common.DbException ?? failure.InnerException as System.Data.Common.DbException) is { IsTransient: true, SqlState: null or "57P01" or "57P03" };
}

/// <summary>How long a subscription waits after a failure.</summary>
static class Backoff
{
    /// <summary>Twice as long each time, up to the longest, and up to a fifth more, so that those which failed together do not come back together.</summary>
    public static TimeSpan After(int failures, RefreshOptions options, string subscriptionId)
    {
        var pause = options.FirstPause * Math.Pow(2, Math.Min(failures - 1, 20));
        if (pause > options.LongestPause)
            pause = options.LongestPause;
        var spread = (uint)string.GetHashCode(subscriptionId, StringComparison.Ordinal) % 200 / 1000.0;
        return pause * (1 + spread);
    }
}
