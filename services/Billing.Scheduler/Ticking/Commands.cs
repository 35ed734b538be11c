using System.Security.Cryptography;
using System.Text;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Scheduling.V1;
using Billing.Contracts.Seats.V1;
using Billing.Scheduler.Schedules;
using MassTransit;

namespace Billing.Scheduler.Ticking;

/// <summary>What a tick says. The same tick has the same message ids for ever, so a receiver knows it even from a restored database.</summary>
static class Commands
{
    public static async Task PublishAsync(IPublishEndpoint bus, ScheduleDefinition schedule, ScheduleTick tick, CancellationToken cancellationToken)
    {
        await (schedule.Command switch
        {
            Command.StartMonthClose => PublishAsync(bus, tick, new StartMonthClose { Period = DueTime.MonthBefore(tick.DueAt, schedule.TimeZone), RequestedBy = "scheduler" }, cancellationToken),
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
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{tick.Schedule}|{tick.DueAt.UtcDateTime:O}|{typeof(T).FullName}")).AsSpan(0, 16));
}
