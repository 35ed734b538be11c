using System.Diagnostics.Metrics;
using Billing.Hosting.Work;
using Billing.Persistence;
using Billing.Scheduler.Dated;
using Billing.Scheduler.Schedules;
using Microsoft.EntityFrameworkCore;

namespace Billing.Scheduler.Reporting;

/// <summary>How late each schedule is, whether it is paused, and how many scheduled commands wait. A few rows and the beginning of an index.</summary>
sealed class ScheduleGauges : PeriodicWork
{
    const int Most = 10_000;

    readonly IServiceScopeFactory _scopes;
    Figures _seen = new([], 0, 0);

    public ScheduleGauges(IServiceScopeFactory scopes, DatabaseReadiness database, TimeProvider clock, IMeterFactory meters, ILogger<ScheduleGauges> log)
        : base(database, clock, log)
    {
        _scopes = scopes;
        var meter = meters.Create("Billing.Scheduler");
        meter.CreateObservableGauge("billing.schedule.late", () => Each(one => one.Late), unit: "s",
            description: "For how long a tick of the schedule is due and has not fired; 0 when none is");
        meter.CreateObservableGauge("billing.schedule.paused", () => Each(one => one.Paused), unit: "s",
            description: "For how long a person has the schedule paused; 0 when it is not");
        meter.CreateObservableGauge("billing.scheduled_commands", () => Volatile.Read(ref _seen).Waiting,
            description: "Scheduled commands that wait for their time; counted up to 10,000");
        meter.CreateObservableGauge("billing.scheduled_commands.late", () => Volatile.Read(ref _seen).Late, unit: "s",
            description: "How late the first of them is; 0 when none is");
    }

    /// <summary>15 s, as often as metrics are read.</summary>
    protected override TimeSpan Period { get; } = TimeSpan.FromSeconds(15);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        var now = Clock.GetUtcNow();
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SchedulerDbContext>();
        var states = await db.Schedules.AsNoTracking().Where(x => x.Enabled).OrderBy(x => x.Name).ToListAsync(stopping);
        var waiting = db.Commands.Where(x => x.State == ScheduledState.Waiting);
        var first = await waiting.OrderBy(x => x.DueAt).Select(x => (DateTimeOffset?)x.DueAt).FirstOrDefaultAsync(stopping);
        Volatile.Write(ref _seen, new Figures(
            states.ConvertAll(state => (state.Name, Since(DueTime.Newest(state.Definition, state.Considered, now), now), Since(state.PausedAt, now))),
            await waiting.Take(Most).CountAsync(stopping), Since(first, now)));
    }

    static double Since(DateTimeOffset? instant, DateTimeOffset now) => instant is { } at ? Math.Max(0, (now - at).TotalSeconds) : 0;

    IEnumerable<Measurement<double>> Each(Func<(string Name, double Late, double Paused), double> value) => Volatile.Read(ref _seen).Schedules
        .Select(one => new Measurement<double>(value(one), new KeyValuePair<string, object?>("schedule", one.Name)));

    sealed record Figures(IReadOnlyList<(string Name, double Late, double Paused)> Schedules, double Waiting, double Late);
}
