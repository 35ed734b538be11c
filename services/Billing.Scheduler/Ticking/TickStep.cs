using Billing.Persistence;
using Billing.Scheduler.Schedules;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Ticking;

/// <summary>
/// Fires what is due: the tick's row, the command and the event are one transaction under the schedule's lock. It may be called by any process, at any time
/// and any number of times: the due time decides, and it has one row.
/// </summary>
sealed class TickStep(SchedulerDbContext db, IBulkWriter bulk, IPublishEndpoint bus, TimeProvider clock, ILogger<TickStep> log)
{
    public async Task<ScheduleTick?> FireAsync(string schedule, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var state = await db.Schedules.Where(x => x.Name == schedule && x.Enabled).ForUpdate().SingleOrDefaultAsync(cancellationToken);
        var tick = state is null ? null : await FireAsync(state, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return tick;
    }

    /// <summary>Takes over what is configured. What an earlier calendar still owed is fired before the new one counts.</summary>
    public async Task AdoptAsync(IReadOnlyList<ScheduleDefinition> configured, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var now = clock.GetUtcNow();
        await bulk.InsertNewAsync(db, configured.Select(definition => New(definition, now)).ToList(), cancellationToken);
        foreach (var state in await db.Schedules.OrderBy(x => x.Name).ForUpdate().ToListAsync(cancellationToken))
        {
            var definition = configured.FirstOrDefault(x => x.Name == state.Name);
            if (definition == state.Definition && state.Enabled)
                continue;
            if (state.Enabled)
                await FireAsync(state, cancellationToken);
            if (definition is null)
                state.Enabled = false;
            else
                state.Adopt(definition, now);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    async Task<ScheduleTick?> FireAsync(ScheduleState state, CancellationToken cancellationToken)
    {
        var (schedule, now) = (state.Definition, clock.GetUtcNow());
        if (DueTime.Newest(schedule, state.Considered, now) is not { } due)
            return null;
        state.Considered = due;
        var tick = new ScheduleTick { Schedule = schedule.Name, DueAt = due, FiredAt = now, Skipped = DueTime.IsTooLate(schedule, due, now) };
        if ((await bulk.InsertNewAsync(db, [tick], cancellationToken)).Count == 0)
            return null;        // the row outlives even a state that was lost or set back

        if (tick.Skipped)
        {
            log.TickSkipped(schedule.Name, due, now - due);
            return tick;
        }

        (state.LastDueAt, state.LastFiredAt) = (due, now);
        await TickMessages.PublishAsync(bus, schedule, tick, cancellationToken);
        log.TickFired(schedule.Name, due);
        return tick;
    }

    static ScheduleState New(ScheduleDefinition definition, DateTimeOffset now) => new()
    {
        Name = definition.Name,
        Command = definition.Command,
        Cron = definition.Cron,
        TimeZone = definition.TimeZone,
        Misfire = definition.Misfire,
        Tolerance = definition.Tolerance,
        Considered = now        // what was due before the schedule existed is not caught up
    };
}
