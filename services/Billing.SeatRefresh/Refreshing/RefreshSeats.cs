using Billing.Contracts.Seats.V1;
using Billing.Hosting.Validation;
using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Subscriptions;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>
/// Counts subscriptions one by one, and takes up the next due ones. Both come through one queue: the word to go on stands behind the counts asked
/// for before it, so the queue is topped up as it drains and never holds all that is due.
/// </summary>
sealed class RefreshSeatsConsumer(SeatRefreshDbContext db, SeatCounter counter, IOptions<RefreshOptions> options, IOptions<PlanOptions> plans)
    : IConsumer<RefreshSeats>, IConsumer<ContinueSeatRefresh>
{
    public async Task Consume(ConsumeContext<RefreshSeats> context)
    {
        var asked = context.Message;
        var subscription = await db.Subscriptions.Where(x => x.SubscriptionId == asked.SubscriptionId).ForUpdate().SingleOrDefaultAsync(context.CancellationToken)
            ?? throw CommandRejected.Because(nameof(RefreshSeats), nameof(asked.SubscriptionId), asked.SubscriptionId, "a subscription that is registered");
        if (subscription.LastSeatRefreshAt >= asked.UnlessCountedSince)
            return;     // somebody was here before us

        var change = await counter.CountAsync(subscription, asked.RequestedBy ?? "unknown", context.CancellationToken);
        await db.SaveChangesAsync(context.CancellationToken);
        if (change is not null)
            await context.Publish(Changed(subscription, change), context.CancellationToken);
    }

    public async Task Consume(ConsumeContext<ContinueSeatRefresh> context)
    {
        var work = context.Message;
        var next = await NextDueAsync(work, context.CancellationToken);
        var requestedBy = $"seat-refresh {work.DueAt:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        await context.PublishBatch(next.Select(one => new RefreshSeats
        {
            SubscriptionId = one.SubscriptionId,
            RequestedBy = requestedBy,
            UnlessCountedSince = work.CountedBefore
        }), context.CancellationToken);
        if (next.Count == options.Value.BatchSize)
            await context.Publish(work with { AfterSubscriptionId = next[^1].SubscriptionId, AfterCountedAt = next[^1].LastSeatRefreshAt }, context.CancellationToken);
    }

    /// <summary>Those never counted first, then the oldest count; behind where the last batch ended, so that one that fails is not asked for again and again.</summary>
    async Task<List<Due>> NextDueAsync(ContinueSeatRefresh work, CancellationToken cancellationToken)
    {
        var free = plans.Value.Known.Where(plan => !plan.Value.Paid).Select(plan => Subscription.PlanCode(plan.Key)).ToList();
        var paid = db.Subscriptions.Where(x => !x.Trial && x.Seats > 0 && !free.Contains(x.Plan));
        var (afterId, afterCount) = (work.AfterSubscriptionId, work.AfterCountedAt);

        var next = new List<Due>();
        if (afterCount is null)
            next = await paid.Where(x => x.LastSeatRefreshAt == null && (afterId == null || x.SubscriptionId.CompareTo(afterId) > 0))
                .OrderBy(x => x.SubscriptionId).Select(x => new Due(x.SubscriptionId, x.LastSeatRefreshAt))
                .Take(options.Value.BatchSize).ToListAsync(cancellationToken);
        if (next.Count < options.Value.BatchSize)
            next.AddRange(await paid.Where(x => x.LastSeatRefreshAt < work.CountedBefore
                    && (afterCount == null || x.LastSeatRefreshAt > afterCount || (x.LastSeatRefreshAt == afterCount && x.SubscriptionId.CompareTo(afterId) > 0)))
                .OrderBy(x => x.LastSeatRefreshAt).ThenBy(x => x.SubscriptionId).Select(x => new Due(x.SubscriptionId, x.LastSeatRefreshAt))
                .Take(options.Value.BatchSize - next.Count).ToListAsync(cancellationToken));
        return next;
    }

    static SeatUsageChanged Changed(Subscription subscription, SeatHistory change) => new()
    {
        SubscriptionId = subscription.SubscriptionId,
        AccountId = subscription.AccountId,
        Version = change.Version,
        Seats = change.Seats,
        SeatsInUse = change.InUse,
        MaxSeatsUsed = change.MaxUsed,
        SeatsOwed = change.Owed,
        AsOf = change.ChangedAt
    };

    sealed record Due(string SubscriptionId, DateTimeOffset? LastSeatRefreshAt);
}

sealed class RefreshSeatsValidator : AbstractValidator<RefreshSeats>
{
    public RefreshSeatsValidator()
    {
        RuleFor(x => x.SubscriptionId).IsId();
        RuleFor(x => x.RequestedBy).MaximumLength(200).Expected("at most 200 characters");
    }
}
