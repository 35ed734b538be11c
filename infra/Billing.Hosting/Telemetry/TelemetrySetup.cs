using MassTransit.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Billing.Hosting.Telemetry;

/// <summary>Metrics at <c>/metrics</c>; traces to where <c>OpenTelemetry:Endpoint</c> says, or nowhere.</summary>
static class TelemetrySetup
{
    /// <summary>Bounds of durations in milliseconds: 5 ms is a quick step, 10 s the longest pause.</summary>
    static readonly double[] Milliseconds = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000];

    public static void AddBillingTelemetry(this WebApplicationBuilder builder, string service)
    {
        var resource = ResourceBuilder.CreateDefault().AddService($"billing-{service}");
        builder.Services.AddSingleton<PrometheusText>();
        builder.Services.AddSingleton(services => Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter("MassTransit", "Microsoft.AspNetCore.Hosting", "System.Runtime", "Npgsql", "Quartz", "Billing.*")
            .AddView(instrument => instrument.Unit == "ms" ? new ExplicitBucketHistogramConfiguration { Boundaries = Milliseconds } : null)
            .AddReader(new BaseExportingMetricReader(services.GetRequiredService<PrometheusText>()))
            .Build());
        builder.Services.AddHostedService<ListenFromTheStart>();

        if (builder.Configuration["OpenTelemetry:Endpoint"] is not { Length: > 0 } endpoint)
            return;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address))
            throw SettingsException.Expected("OpenTelemetry:Endpoint", endpoint, "an absolute address such as http://127.0.0.1:4318");
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(DiagnosticHeaders.DefaultListenerName, "Npgsql", "Microsoft.AspNetCore", "Billing.*")
            .AddOtlpExporter(otlp =>
            {
                otlp.Endpoint = new Uri(address, "/v1/traces");
                otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
            })
            .Build());
    }

    public static void MapMetrics(this WebApplication app) =>
        app.MapGet("/metrics", (PrometheusText metrics) => Results.Text(metrics.Collect(), "text/plain; version=0.0.4; charset=utf-8"));

    /// <summary>The providers listen only once they are made.</summary>
    sealed class ListenFromTheStart(MeterProvider meters, IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            _ = meters;
            _ = services.GetService<TracerProvider>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
