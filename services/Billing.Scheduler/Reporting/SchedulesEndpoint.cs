using Billing.Hosting.Http;
using Billing.Scheduler.Dated;
using Billing.Scheduler.Schedules;
using Billing.Views.Schedules;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Reporting;

/// <summary>What people and programs may read over HTTP.</summary>
static class SchedulesEndpoint
{
    const int NextShown = 5;
    const int LastShown = 10;
    const int MostShown = 1000;

    public static void MapReporting(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/schedules", async Task<Ok<List<ScheduleShown>>> (SchedulerDbContext db, TimeProvider clock, CancellationToken stopping) =>
        {
            var now = clock.GetUtcNow();
            var shown = new List<ScheduleShown>();
            foreach (var state in await db.Schedules.AsNoTracking().Where(x => x.Enabled).OrderBy(x => x.Name).ToListAsync(stopping))
                shown.Add(View(state, await db.Ticks.AsNoTracking().Where(x => x.Schedule == state.Name).OrderByDescending(x => x.DueAt).Take(LastShown)
                    .ToListAsync(stopping), now));
            return TypedResults.Ok(shown);
        });
        reads.MapGet("/api/scheduled-commands", async Task<Results<Ok<List<ScheduledCommandShown>>, BadRequest<string>>> (
            SchedulerDbContext db, string? state, int? limit, CancellationToken stopping) =>
        {
            if (!Enum.TryParse<ScheduledState>(state ?? nameof(ScheduledState.Waiting), ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted))
                return TypedResults.BadRequest($"state is \"{state}\"; expected {string.Join(", ", Enum.GetNames<ScheduledState>())}");
            if (limit is < 1 or > MostShown)
                return TypedResults.BadRequest($"limit is \"{limit}\"; expected 1 to {MostShown}");
            var commands = db.Commands.AsNoTracking().Where(x => x.State == wanted);
            // what waits by its time, what is over from the newest on
            commands = wanted == ScheduledState.Waiting ? commands.OrderBy(x => x.DueAt) : commands.OrderByDescending(x => x.DueAt);
            return TypedResults.Ok((await commands.Take(limit ?? 100).ToListAsync(stopping)).ConvertAll(View));
        });
        reads.MapGet("/api/audit", async Task<Results<Ok<List<ScheduleActShown>>, BadRequest<string>>> (
            SchedulerDbContext db, string? subject, int? limit, CancellationToken stopping) =>
        {
            if (limit is < 1 or > MostShown)
                return TypedResults.BadRequest($"limit is \"{limit}\"; expected 1 to {MostShown}");
            var acts = db.Audit.AsNoTracking();
            if (subject is { Length: > 0 })
                acts = acts.Where(x => x.SubjectId == subject);
            return TypedResults.Ok(await acts.OrderByDescending(x => x.At).ThenByDescending(x => x.Id).Take(limit ?? 100)
                .Select(x => new ScheduleActShown(x.At, x.SubjectKind, x.SubjectId, x.What, x.Who, x.Why)).ToListAsync(stopping));
        });
    }

    static ScheduleShown View(ScheduleState state, List<ScheduleTick> last, DateTimeOffset now)
    {
        List<DateTimeOffset> next = [.. DueTime.Coming(state.Definition, state.Considered, now).Take(NextShown)];
        return new(state.Name, state.Command.ToString(), state.Cron, state.TimeZone, state.Misfire.ToString(), state.LastDueAt, state.LastFiredAt,
            next.Count > 0 ? next[0] : null, next, last.ConvertAll(View),
            state.PausedAt is { } since ? new PauseShown(since, state.PausedBy ?? "", state.PausedWhy) : null);
    }

    static TickShown View(ScheduleTick tick) => new(tick.DueAt, tick.FiredAt,
        tick.Paused ? "paused" : tick.Skipped ? "skipped" : tick.Outcome ?? "published", tick.Because, tick.RequestedBy);

    static ScheduledCommandShown View(ScheduledCommand command) => new(command.Id, command.DueAt, command.Command, command.Body, command.State.ToString(),
        command.ScheduledAt, command.ScheduledBy, command.EndedAt, command.CancelledBy, command.Outcome, command.Because);
}
