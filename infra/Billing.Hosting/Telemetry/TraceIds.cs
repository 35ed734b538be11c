using System.Diagnostics;
using MassTransit.Logging;
using Microsoft.Extensions.Hosting;

namespace Billing.Hosting.Telemetry;

/// <summary>
/// Gives all work a trace, also where traces are sent nowhere: its id is in every line of the log, and travels with every message and every request. Only the
/// ids are made then, which costs next to nothing. What somebody upstream records stays recorded.
/// </summary>
sealed class TraceIds : IHostedService, IDisposable
{
    readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == DiagnosticHeaders.DefaultListenerName || source.Name.StartsWith("Billing.", StringComparison.Ordinal),
        Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
            ? ActivitySamplingResult.AllDataAndRecorded
            : ActivitySamplingResult.PropagationData
    };

    public Task StartAsync(CancellationToken cancellationToken)
    {
        ActivitySource.AddActivityListener(_listener);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();
}
