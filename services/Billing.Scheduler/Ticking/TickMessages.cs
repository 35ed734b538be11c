using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Scheduling.V1;
using Billing.Contracts.Seats.V1;
using Billing.Hosting.Identity;
using Billing.Scheduler.Schedules;
using MassTransit;

namespace Billing.Scheduler.Ticking;

/// <summary>What a tick publishes. The same tick always has the same message ids, so a receiver recognises it even when the database was restored.</summary>
static class TickMessages
{
    public static async Task PublishAsync(IPublishEndpoint bus, ScheduleDefinition schedule, ScheduleTick tick, CancellationToken cancellationToken)
    {
        await (schedule.Command switch
        {
            Command.StartMonthClose =>
                PublishAsync(bus, tick,
                new StartMonthClose { Period = DueTime.MonthBefore(tick.DueAt, schedule.TimeZone), RequestedBy = "scheduler" }, cancellationToken),
            Command.StartSeatRefresh => PublishAsync(bus, tick, new StartSeatRefresh { DueAt = tick.DueAt }, cancellationToken),
            Command.StartReconciliation => PublishAsync(bus, tick, new StartReconciliation { RequestedBy = "scheduler" }, cancellationToken),
            _ => throw new InvalidOperationException($"{schedule.Command} has no message")
        });
        await PublishAsync(bus, tick, new ScheduleFired { Schedule = tick.Schedule, DueAt = tick.DueAt, FiredAt = tick.FiredAt }, cancellationToken);
    }

    static Task PublishAsync<T>(IPublishEndpoint bus, ScheduleTick tick, T message, CancellationToken cancellationToken)
        where T : class =>
        bus.Publish(message, context => context.MessageId = IdOf<T>(tick), cancellationToken);

    static Guid IdOf<T>(ScheduleTick tick) =>
        DeterministicGuid.Of($"{tick.Schedule}|{tick.DueAt.UtcDateTime:O}|{typeof(T).FullName}");
}
