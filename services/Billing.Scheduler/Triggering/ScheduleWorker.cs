using Billing.Hosting.Restoring;
using Billing.Hosting.Work;
using Billing.Persistence;
using Billing.Scheduler.Schedules;
using Billing.Scheduler.Ticking;
using Microsoft.Extensions.Options;

namespace Billing.Scheduler.Triggering;

/// <summary>
/// Takes over the configured schedules and fires what is due: at the start what was missed while every process was down, later what a trigger could not fire
/// because the database was away or the clock was moved. It needs no Quartz, so while Quartz cannot start, ticks come late instead of never.
/// </summary>
sealed class ScheduleWorker(ScheduleTicker ticker, Restorations<SchedulerDbContext> restorations, IOptions<SchedulesOptions> options,
    DatabaseReadiness database, TimeProvider clock, ILogger<ScheduleWorker> log)
    : PeriodicWork(database, clock, log)
{
    readonly TaskCompletionSource _firstPass = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _adopted;

    public IReadOnlyList<ScheduleDefinition> Schedules { get; } = ScheduleReader.Read(options.Value);

    /// <summary>30 s: a few small statements for each schedule, and a tick that Quartz failed to fire is late by no more than this.</summary>
    protected override TimeSpan Period { get; } = TimeSpan.FromSeconds(30);

    protected override TimeSpan PauseAfterFailure { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Completes when the schedules are adopted and what was missed has fired.</summary>
    public Task FirstPassAsync(CancellationToken cancellationToken) => _firstPass.Task.WaitAsync(cancellationToken);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        // a calendar that is taken over settles what the one before it owed, so that waits for the release, too
        if (!await restorations.IsHeldAsync(stopping))
        {
            if (!_adopted)
                await ticker.AdoptAsync(Schedules, stopping);
            _adopted = true;
            foreach (var schedule in Schedules)
                await ticker.FireAsync(schedule.Name, stopping);
        }

        _firstPass.TrySetResult();
    }
}
