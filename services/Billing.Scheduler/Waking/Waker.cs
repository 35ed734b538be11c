using Billing.Persistence;
using Billing.Scheduler.Schedules;
using Billing.Scheduler.Ticking;
using Microsoft.Extensions.Options;
using Quartz;

namespace Billing.Scheduler.Waking;

/// <summary>
/// Starts Quartz once the tables are there, with one trigger for each schedule, and looks at every schedule from time to time itself: at the start
/// for what was missed while all were down, later for what a wake could not fire because the database was away or the clock was moved. The looks need no
/// Quartz: while it cannot get up, ticks come late and not never.
/// </summary>
sealed class Waker(
    QuartzStore quartz, Desks desks, IOptions<SchedulesOptions> options, DatabaseReadiness database, TimeProvider clock, ILogger<Waker> log) : BackgroundService
{
    /// <summary>30 s between looks: four small statements each, and a tick that Quartz failed to fire is late by no more than this.</summary>
    static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    /// <summary>5 s until the next try while the database is away.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>5 s for Quartz to stop, well within the 30 s of the host.</summary>
    static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var schedules = ScheduleReader.Read(options.Value);
        await database.WaitAsync(stoppingToken);
        await UntilDoneAsync(() => desks.WithAsync(desk => desk.AdoptAsync(schedules, stoppingToken)), stoppingToken);
        await UntilDoneAsync(() => LookAsync(schedules, stoppingToken), stoppingToken);
        await Task.WhenAll(
            UntilDoneAsync(() => StartQuartzAsync(schedules, stoppingToken), stoppingToken),
            LookAgainAndAgainAsync(schedules, stoppingToken));
    }

    async Task LookAgainAndAgainAsync(IReadOnlyList<ScheduleDefinition> schedules, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await UntilDoneAsync(() => LookAsync(schedules, stoppingToken), stoppingToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            // a wake that is cut off is caught up by the next look; without the database Quartz would try for as long as it is away
            if (quartz.Scheduler is { } scheduler)
                await scheduler.Shutdown(waitForJobsToComplete: false, cancellationToken).AsTask().WaitAsync(LongestStop, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            log.LogWarning("Quartz did not stop within {Seconds} s and is left behind", LongestStop.TotalSeconds);
        }
    }

    async Task LookAsync(IEnumerable<ScheduleDefinition> schedules, CancellationToken cancellationToken)
    {
        foreach (var schedule in schedules)
            await desks.FireAsync(schedule.Name, cancellationToken);
    }

    async Task StartQuartzAsync(IReadOnlyList<ScheduleDefinition> schedules, CancellationToken cancellationToken)
    {
        var scheduler = await quartz.GetUpAsync(cancellationToken);
        foreach (var schedule in schedules)
        {
            var job = JobBuilder.Create<WakeJob>().WithIdentity(schedule.Name, WakeJob.Group).Build();
            var trigger = TriggerBuilder.Create(clock).WithIdentity(schedule.Name, WakeJob.Group)
                .WithSchedule(CronScheduleBuilder.Create(schedule.Times).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)).Build();
            await scheduler.ScheduleJob(job, [trigger], ScheduleJobOptions.Replacing, cancellationToken);
        }

        // what configuration no longer names
        foreach (var job in await scheduler.GetJobKeys(GroupMatcher<JobKey>.GroupEquals(WakeJob.Group), cancellationToken))
            if (!schedules.Any(schedule => schedule.Name == job.Name))
                await scheduler.DeleteJob(job, cancellationToken);
        await scheduler.Start(cancellationToken);
    }

    async Task UntilDoneAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                log.LogWarning(exception, "The schedules cannot be looked at yet");
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }
}
