using System.Globalization;
using Billing.Hosting.Http;
using Billing.Hosting.Restoring;
using Billing.Persistence;
using Billing.Scheduler.Dated;
using Billing.Scheduler.Schedules;
using Billing.Scheduler.Ticking;
using Billing.Views.Restoring;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Reporting;

/// <summary>
/// Schedules that were brought back from a backup: what fell due since, and what becomes of it with the release. What was published before, and never answered,
/// may have lain in a queue that is lost: it is published once more under the same id, and who has heard it takes no notice.
/// </summary>
sealed class RestoredSchedules(
    SchedulerDbContext db, Transactions<SchedulerDbContext> transactions, Restorations<SchedulerDbContext> restorations, TimeProvider clock)
{
    const int MostNamed = 200;

    /// <summary>Null when they were never brought back.</summary>
    public async Task<RestoredSchedulesView?> LookAsync(CancellationToken cancellationToken) =>
        await restorations.LastAsync(cancellationToken) is not { } restored ? null
        : new RestoredSchedulesView(restored.TakenAt, restored.RestoredAt, restored.ReleasedAt, restored.ReleasedBy,
            restored.ReleasedAt is null ? await HeldAsync(restored, cancellationToken) : []);

    public async Task<RestorationReleased> ReleaseAsync(string by, string why, bool nothingLeft, CancellationToken cancellationToken)
    {
        if (await restorations.LastAsync(cancellationToken) is not { ReleasedAt: null } restored)
            return new RestorationReleased(false, 0, 0);
        await transactions.RunAsync(async services =>
        {
            var own = services.GetRequiredService<SchedulerDbContext>();
            var (bus, commands) = (services.GetRequiredService<IPublishEndpoint>(), services.GetRequiredService<DueCommandStep>());
            var states = await own.Schedules.AsNoTracking().ToDictionaryAsync(state => state.Name, cancellationToken);
            foreach (var tick in await UnansweredTicks(own, restored).ToListAsync(cancellationToken))
                await TickMessages.PublishAsync(bus, states[tick.Schedule].Definition, tick, tick.CommandId, cancellationToken);
            foreach (var command in await UnansweredCommands(own, restored).ToListAsync(cancellationToken))
                await commands.PublishAgainAsync(command, mayHaveLeft: !nothingLeft, cancellationToken);
            return await own.ReleaseRestorationsAsync(by, why, nothingLeft, clock.GetUtcNow(), cancellationToken);
        }, cancellationToken);
        return new RestorationReleased(true, 0, 0);
    }

    static IQueryable<ScheduleTick> UnansweredTicks(SchedulerDbContext db, Restoration restored)
    {
        var since = restored.TakenAt - Restoration.LongestOnItsWay;
        return db.Ticks.AsNoTracking().Where(tick => tick.CommandId != null && tick.Outcome == null && tick.FiredAt >= since).OrderBy(tick => tick.FiredAt);
    }

    static IQueryable<ScheduledCommand> UnansweredCommands(SchedulerDbContext db, Restoration restored)
    {
        var since = restored.TakenAt - Restoration.LongestOnItsWay;
        return db.Commands.AsNoTracking().Where(command => command.State == ScheduledState.Published && command.Outcome == null && command.EndedAt >= since)
            .OrderBy(command => command.EndedAt);
    }

    async Task<IReadOnlyList<string>> HeldAsync(Restoration restored, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var held = new List<string>();
        foreach (var state in await db.Schedules.AsNoTracking().Where(state => state.Enabled).OrderBy(state => state.Name).ToListAsync(cancellationToken))
            if (state.Take(now) is { } tick)
                held.Add($"schedule {state.Name}: {state.Command} was due {Text(tick.DueAt)}, and "
                    + (tick.Paused ? "is passed over: the schedule is paused" : tick.Skipped ? "is passed over: it is too late" : "fires with the release"));
        var due = await db.Commands.AsNoTracking().Where(command => command.State == ScheduledState.Waiting && command.DueAt <= now)
            .OrderBy(command => command.DueAt).ThenBy(command => command.Id).Take(MostNamed).ToListAsync(cancellationToken);
        held.AddRange(due.Select(command => $"scheduled command {command.Id}: {NameOf(command)} was due {Text(command.DueAt)}, and is published with "
            + "the release" + (command.DueAt > restored.TakenAt ? "; it may have been before" : "")));
        held.AddRange((await UnansweredTicks(db, restored).Take(MostNamed).ToListAsync(cancellationToken)).Select(tick =>
            $"schedule {tick.Schedule}: what fired at {Text(tick.FiredAt)} was never answered, and is published once more with the release"));
        held.AddRange((await UnansweredCommands(db, restored).Take(MostNamed).ToListAsync(cancellationToken)).Select(command =>
            $"scheduled command {command.Id}: {NameOf(command)} of {Text(command.DueAt)} was never answered, and is published once more with the release"));
        return held;
    }

    static string NameOf(ScheduledCommand command) => command.Command.Split(':')[^1];

    static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>Of schedules that were brought back: what is held, and the word that lets it go.</summary>
static class RestoringEndpoints
{
    public static void MapRestoring(this WebApplication app)
    {
        app.MapGet("/api/restoration", async Task<IResult> (RestoredSchedules schedules, CancellationToken stopping) =>
            await schedules.LookAsync(stopping) is { } view ? TypedResults.Ok(view) : TypedResults.NotFound())
            .Produces<RestoredSchedulesView>().Needs(Rights.Read);
        app.MapRelease((RestoredSchedules schedules, string by, string why, bool nothingLeft, CancellationToken stopping) =>
            schedules.ReleaseAsync(by, why, nothingLeft, stopping));
        app.MapHeld<SchedulerDbContext>();
    }
}
