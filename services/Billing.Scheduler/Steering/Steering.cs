using Billing.Contracts.Scheduling.V1;
using Billing.Hosting.Outcomes;
using Billing.Scheduler.Auditing;
using Billing.Scheduler.Ticking;
using MassTransit;

namespace Billing.Scheduler.Steering;

/// <summary>Nothing of a paused schedule fires. Who paused it, when and why stands in its row, and in the audit trail.</summary>
sealed class PauseScheduleConsumer(SchedulerDbContext db, SteeredSchedules schedules, AuditTrail audit, TimeProvider clock, ILogger<PauseScheduleConsumer> log)
    : IConsumer<PauseSchedule>
{
    public async Task Consume(ConsumeContext<PauseSchedule> context)
    {
        var told = context.Message;
        var state = await schedules.LockAsync(nameof(PauseSchedule), told.Schedule, context.CancellationToken);
        if (state.PausedAt is { } since)
        {
            CommandOutcome.Unchanged($"it is paused since {since:yyyy-MM-dd'T'HH:mm:ss'Z'} by {state.PausedBy}: {state.PausedWhy}");
            return;
        }

        (state.PausedAt, state.PausedBy, state.PausedWhy) = (clock.GetUtcNow(), AuditTrail.WhoOf(context, told.RequestedBy), told.Reason);
        audit.Write(context, (AuditSubject.Schedule, state.Name), "paused", told.RequestedBy, told.Reason, new { told.Reason });
        await db.SaveChangesAsync(context.CancellationToken);
        log.ScheduleSteered(state.Name, "paused", state.PausedBy, told.Reason);
    }
}

/// <summary>What fell due while the schedule was paused is not made up for: who wants it says <see cref="RunScheduleNow"/>.</summary>
sealed class ResumeScheduleConsumer(SchedulerDbContext db, SteeredSchedules schedules, TickStep ticks, AuditTrail audit, ILogger<ResumeScheduleConsumer> log)
    : IConsumer<ResumeSchedule>
{
    public async Task Consume(ConsumeContext<ResumeSchedule> context)
    {
        var told = context.Message;
        var state = await schedules.LockAsync(nameof(ResumeSchedule), told.Schedule, context.CancellationToken);
        if (state.PausedAt is null)
        {
            CommandOutcome.Unchanged("it is not paused");
            return;
        }

        await ticks.ResumeAsync(state, context.CancellationToken);
        audit.Write(context, (AuditSubject.Schedule, state.Name), "resumed", told.RequestedBy, told.Reason);
        await db.SaveChangesAsync(context.CancellationToken);
        log.ScheduleSteered(state.Name, "resumed", AuditTrail.WhoOf(context, told.RequestedBy), told.Reason);
    }
}

/// <summary>Fires a schedule because a person says so.</summary>
sealed class RunScheduleNowConsumer(SchedulerDbContext db, SteeredSchedules schedules, TickStep ticks, AuditTrail audit, ILogger<RunScheduleNowConsumer> log)
    : IConsumer<RunScheduleNow>
{
    public async Task Consume(ConsumeContext<RunScheduleNow> context)
    {
        var told = context.Message;
        var state = await schedules.LockAsync(nameof(RunScheduleNow), told.Schedule, context.CancellationToken);
        var tick = await ticks.RunNowAsync(state, string.IsNullOrWhiteSpace(told.RequestedBy) ? "a person" : told.RequestedBy, context.CancellationToken);
        audit.Write(context, (AuditSubject.Schedule, state.Name), "run", told.RequestedBy, told.Reason, new { tick.DueAt, Command = state.Command.ToString() });
        await db.SaveChangesAsync(context.CancellationToken);
        log.ScheduleSteered(state.Name, "run", AuditTrail.WhoOf(context, told.RequestedBy), told.Reason);
    }
}
