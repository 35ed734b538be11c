using Billing.Hosting.Work;
using Billing.Persistence;
using Billing.Scheduler.Schedules;
using Quartz;

namespace Billing.Scheduler.Triggering;

/// <summary>
/// Starts Quartz after the first pass of <see cref="ScheduleWorker"/>, with one trigger for each schedule, and tries again until that works.
/// </summary>
sealed class QuartzWorker(QuartzStore quartz, ScheduleWorker schedules, DatabaseReadiness database, TimeProvider clock, ILogger<QuartzWorker> log)
    : PeriodicWork(database, clock, log)
{
    /// <summary>5 s for Quartz to stop, well within the 30 s of the host.</summary>
    static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    volatile bool _started;
    volatile string? _trouble;

    /// <summary>Why Quartz does not trigger in this process; null when it does.</summary>
    public string? Trouble => _started ? null : _trouble ?? "Quartz has not started yet";

    /// <summary>5 s until the next try while the database is away.</summary>
    protected override TimeSpan Period { get; } = TimeSpan.FromSeconds(5);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        if (_started)
            return;
        await schedules.FirstPassAsync(stopping);
        try
        {
            await StartAsync(await quartz.SchedulerAsync(stopping), schedules.Schedules, stopping);
            _started = true;
        }
        catch (Exception failure)
        {
            _trouble = $"Quartz cannot start: {failure.GetBaseException().Message}";
            throw;
        }
    }

    async Task StartAsync(IScheduler scheduler, IReadOnlyList<ScheduleDefinition> configured, CancellationToken cancellationToken)
    {
        foreach (var schedule in configured)
        {
            var job = JobBuilder.Create<TriggerJob>().WithIdentity(schedule.Name, TriggerJob.Group).Build();
            var trigger = TriggerBuilder.Create(Clock).WithIdentity(schedule.Name, TriggerJob.Group)
                .WithSchedule(CronScheduleBuilder.Create(schedule.Times).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)).Build();
            await scheduler.ScheduleJob(job, [trigger], ScheduleJobOptions.Replacing, cancellationToken);
        }

        // what the configuration no longer names
        foreach (var job in await scheduler.GetJobKeys(GroupMatcher<JobKey>.GroupEquals(TriggerJob.Group), cancellationToken))
            if (!configured.Any(schedule => schedule.Name == job.Name))
                await scheduler.DeleteJob(job, cancellationToken);
        await scheduler.Start(cancellationToken);
    }

    protected override async Task EndAsync()
    {
        try
        {
            // a tick that is cut off is caught up by the next pass; without the database Quartz would try for as long as it is away
            if (quartz.Scheduler is { } scheduler)
                await scheduler.Shutdown(waitForJobsToComplete: false, CancellationToken.None).AsTask().WaitAsync(LongestStop, Clock);
        }
        catch (TimeoutException)
        {
            log.QuartzDidNotStop(LongestStop);
        }
    }
}
