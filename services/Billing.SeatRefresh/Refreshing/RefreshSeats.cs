using Billing.Contracts.Seats.V1;
using Billing.Hosting;
using Billing.Hosting.Validation;
using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>Counts one subscription now, on request. A job that holds it at that time finds its claim gone and leaves the count as it is.</summary>
sealed class RefreshSeatsConsumer(SeatRefreshDbContext db, CountStep count) : IConsumer<RefreshSeats>
{
    public async Task Consume(ConsumeContext<RefreshSeats> context)
    {
        var asked = context.Message;
        var subscription = await db.Subscriptions.AsNoTracking().Where(x => x.SubscriptionId == asked.SubscriptionId).ForUpdate()
            .SingleOrDefaultAsync(context.CancellationToken)
            ?? throw CommandRejected.Because(nameof(RefreshSeats), nameof(asked.SubscriptionId), asked.SubscriptionId, "a subscription that is registered");
        if (subscription.LastSeatRefreshAt >= asked.UnlessCountedSince)
            return;     // somebody was here before us

        await count.RunAsync([subscription], SeatScope.One(subscription.SubscriptionId), asked.RequestedBy ?? "unknown", context, context.CancellationToken);
    }
}

sealed class RefreshSeatsValidator : AbstractValidator<RefreshSeats>
{
    public RefreshSeatsValidator()
    {
        RuleFor(x => x.SubscriptionId).IsId();
        RuleFor(x => x.RequestedBy).IsLine(200);
    }
}
