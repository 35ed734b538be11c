namespace Billing.Limits;

/// <summary>Tells when a pause has lasted for longer than callers are to wait.</summary>
sealed class Pause : IDisposable
{
    readonly Lock _gate = new();
    readonly TimeSpan _patience;
    readonly ITimer _timer;
    CancellationTokenSource _long = new();
    bool _isOn;

    public Pause(TimeSpan patience, TimeProvider clock)
    {
        _patience = patience;
        _timer = clock.CreateTimer(_ => GiveUp(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when this pause, or the next one where there is none, has lasted for too long.</summary>
    public CancellationToken IsLong
    {
        get
        {
            lock (_gate)
            {
                if (!_isOn)
                    Begin();        // one that ended in the moment in which it was given up
                return _long.Token;
            }
        }
    }

    public void Set(bool isOn)
    {
        lock (_gate)
        {
            if (_isOn == isOn)
                return;
            _isOn = isOn;
            _timer.Change(isOn ? _patience : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Begin();
        }
    }

    void Begin()
    {
        if (_long.IsCancellationRequested)
            _long = new CancellationTokenSource();
    }

    void GiveUp()
    {
        CancellationTokenSource? over;
        lock (_gate)
            over = _isOn ? _long : null;
        over?.Cancel();     // outside of the lock: who waits is woken by it
    }

    public void Dispose()
    {
        _timer.Dispose();
        _long.Dispose();
    }
}
