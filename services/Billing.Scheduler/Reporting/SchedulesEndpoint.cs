using Billing.Hosting.Http;
using Billing.Scheduler.Schedules;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Reporting;

/// <summary>What people and programs may read over HTTP.</summary>
static class SchedulesEndpoint
{
    public static void MapReporting(this WebApplication app) =>
        app.MapGroup("").Needs(Rights.Read).MapGet("/api/schedules",
            async Task<Ok<List<ScheduleView>>> (SchedulerDbContext db, TimeProvider clock, CancellationToken stopping) =>
        {
            var states = await db.Schedules.AsNoTracking().Where(x => x.Enabled).OrderBy(x => x.Name).ToListAsync(stopping);
            return TypedResults.Ok(states.ConvertAll(state => View(state, clock.GetUtcNow())));
        });

    static ScheduleView View(ScheduleState state, DateTimeOffset now) => new(
        state.Name, state.Command.ToString(), state.Cron, state.TimeZone, state.Misfire.ToString(),
        state.LastDueAt, state.LastFiredAt, DueTime.Next(state.Definition, state.Considered, now));
}

/// <summary>A schedule, when it last fired and when it is due again.</summary>
public sealed record ScheduleView(
    string Name, string Command, string Cron, string TimeZone, string Misfire, DateTimeOffset? LastDueAt, DateTimeOffset? LastFiredAt,
        DateTimeOffset? NextDueAt);
