using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Faults;

/// <summary>Counts the messages that were set aside, and says in the log when there are more.</summary>
sealed partial class FaultGauge : BackgroundService
{
    /// <summary>As often as metrics are read.</summary>
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);

    readonly FaultBook _faults;
    readonly ILogger<FaultGauge> _log;
    IReadOnlyDictionary<string, int> _counts = new Dictionary<string, int>();

    public FaultGauge(FaultBook faults, IMeterFactory meters, ILogger<FaultGauge> log)
    {
        (_faults, _log) = (faults, log);
        meters.Create("Billing.Faults").CreateObservableGauge("billing_faults",
            () => _counts.Select(queue => new Measurement<int>(queue.Value, new KeyValuePair<string, object?>("queue", queue.Key))),
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
                _counts = counts;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogAway(exception.Message);     // readiness says it louder
            }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} messages of {Queue} are set aside: ./billing faults shows why")]
    partial void LogMore(int count, string queue);

    [LoggerMessage(2, LogLevel.Debug, "The messages that are set aside could not be counted: {Reason}")]
    partial void LogAway(string reason);
}
