using System.Threading.Channels;

namespace Billing.Hosting.Work;

/// <summary>Wakes a <see cref="PeriodicWork"/> before its period is over. A signal that is set several times before it is heard counts once.</summary>
public class WakeSignal
{
    readonly Channel<bool> _set = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _set.Writer.TryWrite(true);

    internal async Task WaitAsync(CancellationToken cancellationToken) => await _set.Reader.ReadAsync(cancellationToken);
}
