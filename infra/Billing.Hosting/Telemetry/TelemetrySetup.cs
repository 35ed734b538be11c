using System.Diagnostics.Metrics;
using Billing.Hosting.Http;
using MassTransit.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Billing.Hosting.Telemetry;

/// <summary>Metrics at <c>/metrics</c>, traces to <see cref="TelemetryEndpoint"/>; without one, their ids alone (<see cref="TraceIds"/>).</summary>
static class TelemetrySetup
{
    /// <summary>Bounds of durations in milliseconds: 1 ms is a quick step, 30 s the longest pause.</summary>
    static readonly double[] Milliseconds = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000];

    public static void AddBillingTelemetry(this WebApplicationBuilder builder, string service)
    {
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService($"billing-{service}"));
        telemetry.WithMetrics(metrics => metrics
            .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation().AddNpgsqlInstrumentation()
            .AddMeter("MassTransit", "Quartz", "Billing.*")
            .AddPrometheusExporter(prometheus =>
            {
                // a name and its own labels are enough to find a figure; the scope would be a label of every line
                prometheus.ScopeInfoEnabled = false;
                prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
            }));
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) =>
            metrics.AddView(ViewFor(services.GetRequiredService<IMeterFactory>())));
        if (TelemetryEndpoint.Read(builder.Configuration) is not { } endpoint)
        {
            builder.Services.AddHostedService<TraceIds>();
            return;
        }

        telemetry.WithTracing(traces => traces
            .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddNpgsql()
            .AddSource(DiagnosticHeaders.DefaultListenerName, "Billing.*")
            .AddOtlpExporter(otlp =>
            {
                otlp.Endpoint = new Uri(endpoint, "/v1/traces");
                otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
            }));
    }

    /// <summary>
    /// Of several hosts in one process each shows its own figures. The library hears the meters of all, takes two of one name for one, and takes it away with
    /// the first host that ends. (MassTransit has one meter for all.)
    /// </summary>
    static Func<Instrument, MetricStreamConfiguration?> ViewFor(IMeterFactory own) => instrument =>
        IsOurs(instrument.Meter) && instrument.Meter.Scope is IMeterFactory other && !ReferenceEquals(other, own) ? MetricStreamConfiguration.Drop
        : instrument.Unit == "ms" ? new ExplicitBucketHistogramConfiguration { Boundaries = Milliseconds } : null;

    static bool IsOurs(Meter meter) => meter.Name.StartsWith("Billing.", StringComparison.Ordinal);

    public static void MapMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint().Needs(Rights.Read);
}
