using Billing.Persistence;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Work;

/// <summary>
/// Work that every process does again and again: it waits until the service's tables are there, does a round, logs what failed, and waits for the timer or
/// for a signal. A round that fails ends nothing; the next one comes.
/// </summary>
public abstract partial class PeriodicWork(DatabaseReadiness database, TimeProvider clock, ILogger log, WakeSignal? signal = null) : BackgroundService
{
    readonly WakeSignal _signal = signal ?? new WakeSignal();

    protected TimeProvider Clock { get; } = clock;

    /// <summary>Between the starts of two rounds, when no round takes longer. Read once, at the start.</summary>
    protected abstract TimeSpan Period { get; }

    /// <summary>After a round that failed, until the next one. As long as the period by default.</summary>
    protected virtual TimeSpan PauseAfterFailure => Period;

    /// <summary>Every exception is logged and followed by another round, except the cancellation of a host that stops.</summary>
    protected abstract Task RoundAsync(CancellationToken stopping);

    /// <summary>Once, after the last round: waits for what the rounds have started. It must end soon, because the host is stopping.</summary>
    protected virtual Task EndAsync() => Task.CompletedTask;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await database.WaitAsync(stoppingToken);
            // the timer sets the signal, so a period that ends during a round is followed by a round at once
            await using var timer = Clock.CreateTimer(_ => _signal.Set(), null, Period, Period);
            while (true)
            {
                await GuardedRoundAsync(timer, stoppingToken);
                await _signal.WaitAsync(stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // whatever a cancelled round throws is its end
            await EndAsync();
        }
    }

    async Task GuardedRoundAsync(ITimer timer, CancellationToken stopping)
    {
        try
        {
            await RoundAsync(stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            LogRoundFailed(log, failure, GetType().Name, PauseAfterFailure);
            if (PauseAfterFailure != Period)
                timer.Change(PauseAfterFailure, Period);
        }
    }

    [LoggerMessage(20, LogLevel.Error, "A round of {Work} failed; the next one comes in {Pause} at the latest")]
    static partial void LogRoundFailed(ILogger logger, Exception failure, string work, TimeSpan pause);
}
