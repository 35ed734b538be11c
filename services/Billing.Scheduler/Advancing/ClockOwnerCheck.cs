using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Billing.Scheduler.Advancing;

/// <summary>Red while a service of the installation does not hear the test clock: it may have been started without one.</summary>
sealed class ClockOwnerCheck(ClockView view) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(view.Silent switch
        {
            null => HealthCheckResult.Unhealthy(view.WaitsFor is [var why, ..] ? why : "nobody was told of the test clock yet"),
            { Count: 0 } => HealthCheckResult.Healthy("every service hears the test clock"),
            _ => HealthCheckResult.Unhealthy(string.Join("; ", view.WaitsFor))
        });
}
