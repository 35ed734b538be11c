using Billing.Contracts.Notification.V1;
using Billing.Hosting.Faults;
using MassTransit;

namespace Billing.Notification;

/// <summary>What was set aside in this service is put back, once each.</summary>
sealed class ReplayFaultsConsumer(FaultActs faults) : IConsumer<ReplayFaults>
{
    public Task Consume(ConsumeContext<ReplayFaults> context) =>
        faults.ReplayAsync(context, context.Message.Cause, context.Message.RequestedBy);
}

/// <summary>What was set aside in this service, and nobody needs, is thrown away.</summary>
sealed class DiscardFaultsConsumer(FaultActs faults) : IConsumer<DiscardFaults>
{
    public Task Consume(ConsumeContext<DiscardFaults> context) =>
        faults.DiscardAsync(context, context.Message.Cause, context.Message.Reason, context.Message.RequestedBy);
}
