using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Billing.Scheduler.Triggering;

/// <summary>Red while Quartz cannot start: ticks come late then, when the worker looks for what was missed.</summary>
sealed class QuartzCheck(QuartzWorker quartz) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(quartz.Trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy("Quartz triggers the schedules"));
}
