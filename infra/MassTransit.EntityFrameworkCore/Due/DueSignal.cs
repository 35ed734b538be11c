using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Tells the delivery in this process that something will be due earlier than it plans to look.</summary>
public sealed class DueSignal<TDbContext>(TimeProvider clock) : IDisposable
    where TDbContext : DbContext
{
    readonly Lock _gate = new();
    readonly SemaphoreSlim _earlier = new(0, 1);
    DateTimeOffset _expected = DateTimeOffset.MaxValue;
    DateTimeOffset _planned = DateTimeOffset.MaxValue;

    /// <summary>A due message was written, or will be when its transaction commits.</summary>
    public void Expect(DateTimeOffset due)
    {
        lock (_gate)
        {
            if (due < _expected)
                _expected = due;
            if (_expected < _planned && _earlier.CurrentCount == 0)
                _earlier.Release();
        }
    }

    /// <summary>Sleeps until the given instant, or until what was expected meanwhile.</summary>
    internal async Task SleepUntilAsync(DateTimeOffset wake, CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan pause;
            lock (_gate)
            {
                var now = clock.GetUtcNow();
                _planned = _expected < wake ? _expected : wake;
                pause = _planned - now;
                if (_expected <= now)
                    _expected = DateTimeOffset.MaxValue;
            }

            if (pause <= TimeSpan.Zero)
                return;
            using var time = new CancellationTokenSource(pause, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
            try
            {
                await _earlier.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // the time has come: the next turn sees it
            }
        }
    }

    public void Dispose() => _earlier.Dispose();
}
