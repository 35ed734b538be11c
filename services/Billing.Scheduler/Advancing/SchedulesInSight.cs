using Billing.Hosting.Clocks;
using Billing.Hosting.Restoring;
using Billing.Scheduler.Dated;
using Billing.Scheduler.Schedules;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Advancing;

/// <summary>The schedules and the scheduled commands: what is due and has not left, and when the next is due.</summary>
sealed class SchedulesInSight(SchedulerDbContext db, Restorations<SchedulerDbContext> restorations) : IWorkInSight
{
    public async Task LookAsync(Sighting sighting, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var held = await restorations.LastAsync(db, cancellationToken) is { ReleasedAt: null } ? ", and held until restored books are released" : "";
        foreach (var state in await db.Schedules.AsNoTracking().Where(x => x.Enabled).ToListAsync(cancellationToken))
            sighting.Due(DueTime.Newest(state.Definition, state.Considered, now) ?? DueTime.Next(state.Definition, state.Considered, now), now,
                $"the schedule {state.Name} is due{held}");
        sighting.Due(await db.Commands.Where(x => x.State == ScheduledState.Waiting).MinAsync(x => (DateTimeOffset?)x.DueAt, cancellationToken), now,
            $"a scheduled command is due{held}");
    }
}
