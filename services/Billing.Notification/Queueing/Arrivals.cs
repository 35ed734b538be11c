namespace Billing.Notification.Queueing;

/// <summary>Tells the workers of this process that a message was just committed for them.</summary>
sealed class Arrivals : IDisposable
{
    readonly Dictionary<Channel, SemaphoreSlim> _arrived = Enum.GetValues<Channel>().ToDictionary(channel => channel, _ => new SemaphoreSlim(0, 1));

    public void Tell(Channel channel)
    {
        var arrived = _arrived[channel];
        lock (arrived)
            if (arrived.CurrentCount == 0)
                arrived.Release();
    }

    /// <summary>Ends with the next arrival, or when it is time to look anyway.</summary>
    public async Task WaitAsync(Channel channel, TimeSpan longest, TimeProvider clock, CancellationToken stopping)
    {
        using var time = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, stopping);
        try
        {
            await _arrived[channel].WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // the time has come, or the host stops: the caller sees which
        }
    }

    public void Dispose()
    {
        foreach (var arrived in _arrived.Values)
            arrived.Dispose();
    }
}
