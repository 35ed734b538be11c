using Billing.Contracts.Seats.V1;
using Billing.Hosting.Validation;
using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>Counts one subscription now, for whoever asks. A job that has it just then finds its claim gone, and leaves the count as it is.</summary>
sealed class RefreshSeatsConsumer(SeatRefreshDbContext db, SeatCounter counter, SeatNews news, IOptions<RefreshOptions> options, IOptions<PlanOptions> plans, TimeProvider clock) : IConsumer<RefreshSeats>
{
    public async Task Consume(ConsumeContext<RefreshSeats> context)
    {
        var asked = context.Message;
        var subscription = await db.Subscriptions.Where(x => x.SubscriptionId == asked.SubscriptionId).ForUpdate().SingleOrDefaultAsync(context.CancellationToken)
            ?? throw CommandRejected.Because(nameof(RefreshSeats), nameof(asked.SubscriptionId), asked.SubscriptionId, "a subscription that is registered");
        if (subscription.LastSeatRefreshAt >= asked.UnlessCountedSince)
            return;     // somebody was here before us

        var now = clock.GetUtcNow();
        var seen = (await SeatQuery.LookAsync(db, SeatQuery.One, subscription.SubscriptionId, context.CancellationToken))[subscription.SubscriptionId];
        if (seen.Come > 0 || seen.Gone > 0)
            await SeatQuery.SnapshotAsync(db, SeatQuery.One, subscription.SubscriptionId, now, context.CancellationToken);
        var change = counter.Count(subscription, seen.InUse, asked.RequestedBy ?? "unknown", now);
        subscription.Due(SeatDecision.IsPaid(subscription.Terms, plans.Value.Of(subscription.Plan)), options.Value.MaxAge);
        if (change is not null)
            db.Add(change);
        await db.SaveChangesAsync(context.CancellationToken);
        if (change is not null)
            await news.TellAsync([(subscription, change)], context, context.CancellationToken);
    }
}

sealed class RefreshSeatsValidator : AbstractValidator<RefreshSeats>
{
    public RefreshSeatsValidator()
    {
        RuleFor(x => x.SubscriptionId).IsId();
        RuleFor(x => x.RequestedBy).MaximumLength(200).Expected("at most 200 characters");
    }
}
