using Billing.Contracts.Seats.V1;
using Billing.Hosting;
using FluentValidation;
using MassTransit;

namespace Billing.SeatRefresh.Intake;

/// <summary>Ended twice is ended once.</summary>
sealed class EndSubscriptionConsumer(SubscriptionStore store) : IConsumer<EndSubscription>
{
    public async Task Consume(ConsumeContext<EndSubscription> context)
    {
        var told = context.Message;
        if (!await store.EndAsync(told, context, context.CancellationToken))
            throw CommandRejected.Because(nameof(EndSubscription), nameof(told.SubscriptionId), told.SubscriptionId, "a subscription that is registered");
    }
}

sealed class EndSubscriptionValidator : AbstractValidator<EndSubscription>
{
    public EndSubscriptionValidator(TimeProvider clock)
    {
        RuleFor(x => x.SubscriptionId).IsId();
        RuleFor(x => x.ChangedAt).HasCome(clock);
        RuleFor(x => x.RequestedBy).IsLine(200);
    }
}
