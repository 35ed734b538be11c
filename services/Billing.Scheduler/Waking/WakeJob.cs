using Billing.Scheduler.Ticking;
using Quartz;

namespace Billing.Scheduler.Waking;

/// <summary>Quartz woke us for one schedule. Whether anything is due is not its business.</summary>
sealed class WakeJob(Desks desks, TimeProvider clock) : IJob
{
    public const string Group = "schedules";

    /// <summary>Quartz may fire a few milliseconds early: up to a second is waited for, or the tick would stay until the next look.</summary>
    static readonly TimeSpan MostEarly = TimeSpan.FromSeconds(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (context.ScheduledFireTimeUtc - clock.GetUtcNow() is { } early && early > TimeSpan.Zero && early <= MostEarly)
            await Task.Delay(early, clock, cancellationToken);
        await desks.FireAsync(context.JobDetail.Key.Name, cancellationToken);
    }
}
