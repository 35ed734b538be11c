using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Scheduling.V1;
using Billing.Contracts.Seats.V1;
using Billing.Hosting.Identity;
using Billing.Hosting.Outcomes;
using Billing.Scheduler.Schedules;
using MassTransit;

namespace Billing.Scheduler.Ticking;

/// <summary>
/// What a tick publishes. The same tick always has the same message ids, so a receiver recognises it even when the database was restored. What became of the
/// command is told to <see cref="AnswerQueue"/>.
/// </summary>
static class TickMessages
{
    /// <summary>The tick, with the id of the command that it publishes.</summary>
    public static ScheduleTick Named(ScheduleDefinition schedule, ScheduleTick tick)
    {
        tick.CommandId = tick.Skipped ? null : IdOf(CommandOf(schedule, tick).GetType(), tick);
        return tick;
    }

    /// <param name="bus">Of the transaction.</param>
    /// <param name="schedule">Whose tick.</param>
    /// <param name="tick">What has to fire.</param>
    /// <param name="conversation">That it begins; null when it belongs to that of the message in hand.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static async Task PublishAsync(
        IPublishEndpoint bus, ScheduleDefinition schedule, ScheduleTick tick, Guid? conversation, CancellationToken cancellationToken)
    {
        var command = CommandOf(schedule, tick);
        await bus.Publish(command, command.GetType(), Pipe.Execute<PublishContext>(context =>
        {
            context.MessageId = IdOf(command.GetType(), tick);
            context.ConversationId = conversation ?? context.ConversationId;
            context.TellOutcomeTo(AnswerQueue.Name);
        }), cancellationToken);
        await bus.Publish(new ScheduleFired { Schedule = tick.Schedule, DueAt = tick.DueAt, FiredAt = tick.FiredAt },
            context =>
            {
                context.MessageId = IdOf(typeof(ScheduleFired), tick);
                context.ConversationId = conversation ?? context.ConversationId;
            }, cancellationToken);
    }

    static object CommandOf(ScheduleDefinition schedule, ScheduleTick tick) => schedule.Command switch
    {
        Command.StartMonthClose => new StartMonthClose { Period = DueTime.MonthBefore(tick.DueAt, schedule.TimeZone), RequestedBy = WhoAsked(tick) },
        Command.StartSeatRefresh => new StartSeatRefresh { DueAt = tick.DueAt },
        Command.StartReconciliation => new StartReconciliation { RequestedBy = WhoAsked(tick) },
        _ => throw new InvalidOperationException($"{schedule.Command} has no message")
    };

    static string WhoAsked(ScheduleTick tick) => tick.RequestedBy ?? "scheduler";

    static Guid IdOf(Type message, ScheduleTick tick) => DeterministicGuid.Of($"{tick.Schedule}|{tick.DueAt.UtcDateTime:O}|{message.FullName}");
}
