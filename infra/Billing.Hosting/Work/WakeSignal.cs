using System.Threading.Channels;

namespace Billing.Hosting.Work;

/// <summary>
/// Wakes a <see cref="PeriodicWork"/>, or other work, before its pause is over. A signal that is set several times before it is heard counts once.
/// </summary>
public class WakeSignal
{
    readonly Channel<bool> _set = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Ends at the signal, after the time, or at the cancellation, without an exception: the caller looks which.</summary>
    public async Task WaitAtMostAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            await WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // nobody has set it
        }
    }

    internal async Task WaitAsync(CancellationToken cancellationToken) => await _set.Reader.ReadAsync(cancellationToken);
}
