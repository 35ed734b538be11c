using System.Diagnostics.Metrics;
using Billing.Hosting.Bus;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Faults;

/// <summary>Counts the messages that were set aside, and says in the log when there are more.</summary>
sealed partial class FaultGauge : BackgroundService
{
    /// <summary>As often as metrics are read.</summary>
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);

    readonly FaultBook _faults;
    readonly FaultHerald _herald;
    readonly ILogger<FaultGauge> _log;
    IReadOnlyDictionary<string, int> _counts = new Dictionary<string, int>();

    public FaultGauge(FaultBook faults, FaultHerald herald, EndpointContracts endpoints, IMeterFactory meters, ILogger<FaultGauge> log)
    {
        (_faults, _herald, _log) = (faults, herald, log);
        meters.Create("Billing.Faults").CreateObservableGauge("billing_faults",
            () => endpoints.Queues.Select(queue => new Measurement<int>(_counts.GetValueOrDefault(queue), new KeyValuePair<string, object?>("queue", queue))),
            description: "Messages that were set aside and wait in an error queue");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, TimeProvider.System);     // the machine's time, not the business's
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                var counts = await _faults.CountAsync(stoppingToken);
                foreach (var (queue, count) in counts.Where(queue => queue.Value > _counts.GetValueOrDefault(queue.Key)))
                    LogMore(count, queue);
                _herald.ForgetAllBut(counts.Keys);
                _counts = counts;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogAway(exception.Message);     // readiness says it louder
            }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} messages of {Queue} are set aside: ./billing faults shows why")]
    partial void LogMore(int count, string queue);

    [LoggerMessage(2, LogLevel.Debug, "The messages that are set aside could not be counted: {Reason}")]
    partial void LogAway(string reason);
}
