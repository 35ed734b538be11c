using System.Diagnostics;
using Billing.Hosting.Logging;
using Billing.Hosting.Restoring;
using Billing.Persistence;
using Billing.Scheduler.Schedules;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Ticking;

/// <summary>
/// Fires what is due: the tick's row, the command and the event are one transaction under the schedule's lock. It may be called by any process, at any time
/// and any number of times: the due time decides, and it has one row. While books that were brought back are held, nothing falls due: what did is caught up,
/// or skipped, when they are released, as after a time in which no process was there.
/// </summary>
sealed class TickStep(
    SchedulerDbContext db, Restorations<SchedulerDbContext> restorations, IBulkWriter bulk, IPublishEndpoint bus, TimeProvider clock, ILogger<TickStep> log)
{
    static readonly ActivitySource Source = new("Billing.Scheduler");

    public async Task<ScheduleTick?> FireAsync(string schedule, CancellationToken cancellationToken)
    {
        if (await restorations.LastAsync(db, cancellationToken) is { ReleasedAt: null })
            return null;
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
        if (state.Take(clock.GetUtcNow()) is not { } tick)
            return null;
        if ((await bulk.InsertNewAsync(db, [TickMessages.Named(state.Definition, tick)], cancellationToken)).Count == 0)
            return null;        // the row outlives even a state that was lost or set back

        if (tick.Paused)
            log.TickPaused(tick.Schedule, tick.DueAt);
        else if (tick.Skipped)
            log.TickSkipped(tick.Schedule, tick.DueAt, tick.FiredAt - tick.DueAt);
        else
            await FireAsync(state.Definition, tick, cancellationToken);
        return tick;
    }

    /// <summary>The calendar says it, so a trace and a conversation begin here.</summary>
    async Task FireAsync(ScheduleDefinition schedule, ScheduleTick tick, CancellationToken cancellationToken)
    {
        using var activity = Source.StartActivity("schedule tick", ActivityKind.Producer);
        activity?.SetTag("billing.schedule", tick.Schedule);
        using var scope = log.BeginScope(LogIds.Of(tick.CommandId, tick.CommandId, null));
        await TickMessages.PublishAsync(bus, schedule, tick, tick.CommandId, cancellationToken);
        log.TickFired(tick.Schedule, tick.DueAt);
    }

    /// <summary>Fires a schedule that is not due: a person wants it now. It is a tick of its own, and the calendar goes on as if it were not there.</summary>
    public async Task<ScheduleTick> RunNowAsync(ScheduleState state, string requestedBy, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var tick = TickMessages.Named(state.Definition, new ScheduleTick { Schedule = state.Name, DueAt = now, FiredAt = now, RequestedBy = requestedBy });
        db.Ticks.Add(tick);
        (state.LastDueAt, state.LastFiredAt) = (now, now);
        await TickMessages.PublishAsync(bus, state.Definition, tick, conversation: null, cancellationToken);
        log.TickFired(tick.Schedule, tick.DueAt);
        return tick;
    }

    /// <summary>Ends a pause. What fell due while it lasted is passed over first, and keeps a row that says so.</summary>
    public async Task ResumeAsync(ScheduleState state, CancellationToken cancellationToken)
    {
        await FireAsync(state, cancellationToken);
        (state.PausedAt, state.PausedBy, state.PausedWhy) = (null, null, null);
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
