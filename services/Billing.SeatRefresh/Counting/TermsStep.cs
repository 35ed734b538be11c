using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Subscriptions;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Counting;

/// <summary>
/// Something else was bought: figures, history and events follow in the same transaction, so that nothing is owed by old terms, not even for a moment. What was
/// counted before is counted anew; when that fails or takes too long, what is owed follows from the last count, and a job tries again.
/// </summary>
sealed class TermsStep(SeatCounter counter, CountStep count, CountAttempt attempt, IOptions<RefreshOptions> options, IOptions<PlanOptions> plans,
    TimeProvider clock)
{
    /// <param name="changed">Locked, not tracked, and saved under a claim of their own.</param>
    /// <param name="claim">Theirs.</param>
    /// <param name="termsBefore">What was bought before, by subscription.</param>
    /// <param name="by">Who or what asked.</param>
    /// <param name="bus">What is published leaves with the commit.</param>
    /// <param name="cancellationToken">Ends it; nothing of it stays.</param>
    public async Task RunAsync(IReadOnlyList<Subscription> changed, Guid claim, IReadOnlyDictionary<string, Terms> termsBefore, string by,
        IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        var counted = changed.Where(IsToBeCounted).ToList();
        var failure = counted.Count == 0 ? null : await attempt.RunAsync(counted, SeatScope.Claimed(claim), by, bus, cancellationToken, termsBefore);
        var restated = failure is null ? changed.Where(one => !IsToBeCounted(one)).ToList() : [.. changed];
        if (restated.Count == 0)
            return;
        var now = clock.GetUtcNow();
        var changes = new List<SeatChange>();
        foreach (var one in restated)
        {
            if (counter.Restate(one, termsBefore[one.SubscriptionId], by, now) is { } change)
                changes.Add(new(one, change));
            if (IsToBeCounted(one))
                one.Failed(failure!, now + Backoff.After(one.Failures + 1, options.Value));
            else
                one.Due(SeatDecision.IsBillable(one.Terms, plans.Value.Of(one.Plan)), options.Value.MaxAge);
        }

        await count.SaveAsync(restated, changes, cancellationToken);
        await SeatPublisher.PublishAsync(changes, bus, cancellationToken);
    }

    /// <summary>What was never counted is the jobs' work.</summary>
    static bool IsToBeCounted(Subscription one) => one.LastSeatRefreshAt is not null && one.EndedAt is null;
}
