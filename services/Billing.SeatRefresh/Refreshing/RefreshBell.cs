using System.Threading.Channels;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>Wakes the keeper of this process. Rung many times before it is heard is rung once.</summary>
class RefreshBell
{
    readonly Channel<bool> _rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _rung.Writer.TryWrite(true);

    public async Task WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = clock.CreateTimer(_ => bound.Cancel(), null, atMost, Timeout.InfiniteTimeSpan);
        try
        {
            await _rung.Reader.ReadAsync(bound.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // nobody rang; it is time to look
        }
    }
}
