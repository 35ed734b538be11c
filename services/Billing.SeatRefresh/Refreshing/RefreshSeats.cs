using Billing.Contracts.Seats.V1;
using Billing.Hosting;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Settings;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>
/// Counts one subscription now, on request. A job that holds it at that time finds its claim gone and leaves the count as it is. One that cannot be counted, or
/// takes too long, is left to the jobs with the reason: a request never waits for ever, and keeps no other one waiting.
/// </summary>
sealed class RefreshSeatsConsumer(SeatRefreshDbContext db, CountStep count, CountAttempt attempt, IOptions<RefreshOptions> options, TimeProvider clock)
    : IConsumer<RefreshSeats>
{
    public async Task Consume(ConsumeContext<RefreshSeats> context)
    {
        var asked = context.Message;
        var subscription = await db.Subscriptions.AsNoTracking().Where(x => x.SubscriptionId == asked.SubscriptionId).ForUpdate()
            .SingleOrDefaultAsync(context.CancellationToken)
            ?? throw CommandRejected.Because(nameof(RefreshSeats), nameof(asked.SubscriptionId), asked.SubscriptionId, "a subscription that is registered");
        if (subscription.EndedAt is not null)
            throw CommandRejected.Because(nameof(RefreshSeats), nameof(asked.SubscriptionId), asked.SubscriptionId, "a subscription that has not ended");
        if (subscription.LastSeatRefreshAt >= asked.UnlessCountedSince)
        {
            CommandOutcome.Unchanged("it was counted since then");
            return;     // somebody was here before us
        }

        if (await attempt.RunAsync([subscription], SeatScope.One(subscription.SubscriptionId), asked.RequestedBy ?? "unknown", context,
            context.CancellationToken) is not { } failure)
        {
            CommandOutcome.Changed("subscription", asked.SubscriptionId, "counted");
            return;
        }

        CommandOutcome.Changed("subscription", asked.SubscriptionId, $"not counted, and tried again later: {failure}");
        subscription.Failed(failure, clock.GetUtcNow() + Backoff.After(subscription.Failures + 1, options.Value));
        await count.SaveAsync([subscription], [], context.CancellationToken);
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
