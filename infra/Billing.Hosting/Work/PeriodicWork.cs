using Billing.Persistence;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Work;

/// <summary>
/// Work that every process does again and again: it waits until the service's tables are there, does a pass, logs what failed, and waits for the timer or
/// for a signal. A pass that fails ends nothing; the next one comes.
/// </summary>
public abstract partial class PeriodicWork(DatabaseReadiness database, TimeProvider clock, ILogger log, WakeSignal? signal = null) : BackgroundService
{
    readonly WakeSignal _signal = signal ?? new WakeSignal();

    protected TimeProvider Clock { get; } = clock;

    protected ILogger Log => log;

    /// <summary>Between the starts of two passes, when no pass takes longer. Read once, at the start.</summary>
    protected abstract TimeSpan Period { get; }

    /// <summary>After a pass that failed, until the next one. As long as the period by default.</summary>
    protected virtual TimeSpan PauseAfterFailure => Period;

    /// <summary>Every exception is logged and followed by another pass, except the cancellation of a host that stops.</summary>
    protected abstract Task PassAsync(CancellationToken stopping);

    /// <summary>Once, after the last pass: waits for what the passes have started. It must end soon, because the host is stopping.</summary>
    protected virtual Task EndAsync() => Task.CompletedTask;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await database.WaitAsync(stoppingToken);
            // the timer sets the signal, so a period that ends during a pass is followed by a pass at once
            await using var timer = Clock.CreateTimer(_ => _signal.Set(), null, Period, Period);
            while (true)
            {
                await GuardedPassAsync(timer, stoppingToken);
                await _signal.WaitAsync(stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // whatever a cancelled pass throws is its end
            await EndAsync();
        }
    }

    async Task GuardedPassAsync(ITimer timer, CancellationToken stopping)
    {
        try
        {
            await PassAsync(stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            LogPassFailed(log, failure, GetType().Name, PauseAfterFailure);
            if (PauseAfterFailure != Period)
                timer.Change(PauseAfterFailure, Period);
        }
    }

    [LoggerMessage(20, LogLevel.Error, "A pass of {Work} failed; the next one comes in {Pause} at the latest")]
    static partial void LogPassFailed(ILogger logger, Exception failure, string work, TimeSpan pause);
}
