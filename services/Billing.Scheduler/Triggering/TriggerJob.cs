using Billing.Scheduler.Ticking;
using Quartz;

namespace Billing.Scheduler.Triggering;

/// <summary>Quartz triggers one schedule. Whether anything is due is decided elsewhere.</summary>
sealed class TriggerJob(ScheduleTicker ticker, TimeProvider clock) : IJob
{
    public const string Group = "schedules";

    /// <summary>Quartz may fire a few milliseconds early. Up to a second is waited for, or the tick would stay until the next pass of the worker.</summary>
    static readonly TimeSpan MostEarly = TimeSpan.FromSeconds(1);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (context.ScheduledFireTimeUtc - clock.GetUtcNow() is { } early && early > TimeSpan.Zero && early <= MostEarly)
            await Task.Delay(early, clock, cancellationToken);
        await ticker.FireAsync(context.JobDetail.Key.Name, cancellationToken);
    }
}
