using MassTransit.Middleware.Outbox;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Wakes the sweeper of one DbContext type when something was written by it. A call that comes while it works is not lost.</summary>
sealed class OutboxSignal<TDbContext>(TimeProvider clock) : IBusOutboxNotification, IDisposable
    where TDbContext : DbContext
{
    readonly SemaphoreSlim _written = new(0, 1);

    public void Delivered()
    {
        try
        {
            if (_written.CurrentCount == 0)
                _written.Release();
        }
        catch (SemaphoreFullException)
        {
            // somebody else was faster; once is enough
        }
    }

    public Task WaitForDelivery(CancellationToken cancellationToken) => WaitAsync(TimeSpan.FromSeconds(5), cancellationToken);

    public void Dispose() => _written.Dispose();

    /// <summary>Ends at the signal or after the time, whichever comes first.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            await _written.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // time to look
        }
    }
}
