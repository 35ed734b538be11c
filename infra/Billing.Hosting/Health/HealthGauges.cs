using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Billing.Hosting.Health;

/// <summary>What readiness asks, as figures: <c>billing_health</c> and <c>billing_health_latency_seconds</c>, by check.</summary>
sealed class HealthGauges : IHealthCheckPublisher
{
    HealthReport? _last;

    public HealthGauges(IMeterFactory meters)
    {
        var meter = meters.Create("Billing.Health");
        meter.CreateObservableGauge("billing.health", () => Read(check => check.Status == HealthStatus.Healthy ? 1 : 0),
            description: "1 for each thing that readiness asks and that is in order, else 0");
        meter.CreateObservableGauge("billing.health.latency", () => Read(check => check.Duration.TotalSeconds), unit: "s",
            description: "How long each of them took to answer");
    }

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _last, report);
        return Task.CompletedTask;
    }

    IEnumerable<Measurement<double>> Read(Func<HealthReportEntry, double> value) => Volatile.Read(ref _last)?.Entries
        .Select(entry => new Measurement<double>(value(entry.Value), new KeyValuePair<string, object?>("check", entry.Key))) ?? [];
}
