namespace Billing.Limits;

/// <summary>
/// The permits that this process holds of one limit. A permit is free when it is neither in use nor rests, and may be given out while the lease
/// lasts. It is counted, not numbered: held, less those in use, less those that rest.
/// </summary>
sealed class PermitPool : IDisposable
{
    /// <summary>No process begins more uses in a second, whatever the limit is; each permit that is held is work to count.</summary>
    const int MostUseful = 20_000;

    readonly Lock _gate = new();
    readonly LinkedList<TaskCompletionSource<Permit>> _waiting = new();
    readonly PriorityQueue<bool, long> _resting = new();
    readonly TimeProvider _clock;
    readonly PermitTimes _times;
    readonly TimeSpan _rest;
    readonly bool _isSpent;
    readonly ITimer _timer;
    readonly Action _hungry;
    readonly Action<Permit.Outcome>? _ended;
    bool _isOff;
    int _held;
    int _inUse;
    int _lost;
    int _surplus;
    long _until = long.MinValue;
    DateTimeOffset _untilByCalendar;
    long _usedAt = long.MinValue;
    long _hungryAt = long.MinValue;
    long _heldSince;
    bool _wasHungry;

    /// <param name="kind">Window, concurrent or bucket.</param>
    /// <param name="hungry">Told when somebody waits for a permit that this process does not have.</param>
    /// <param name="times">See there.</param>
    /// <param name="clock">Times are measured by its monotonic side. The calendar is read for one thing: whether the machine slept meanwhile.</param>
    /// <param name="ended">Told how each use ended.</param>
    public PermitPool(LimitKind kind, Action hungry, PermitTimes times, TimeProvider clock, Action<Permit.Outcome>? ended = null)
    {
        (_clock, _times, _hungry, _ended) = (clock, times, hungry, ended);
        _rest = kind == LimitKind.Window ? times.Window : TimeSpan.Zero;
        _isSpent = kind == LimitKind.Bucket;        // a token is used once
        _timer = clock.CreateTimer(_ => Spend(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Held
    {
        get
        {
            lock (_gate)
                return _held;
        }
    }

    /// <summary>Those whose answer never came, and that may still be under way.</summary>
    public int Lost
    {
        get
        {
            lock (_gate)
                return _lost;
        }
    }

    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    public Task<Permit> TakeAsync(CancellationToken cancellationToken)
    {
        var signal = new TaskCompletionSource<Permit>(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource<Permit>> node;
        lock (_gate)
        {
            if (_isOff)
                return Task.FromResult(new Permit(null));
            node = _waiting.AddLast(signal);
            SpendLocked();
            if (signal.Task.IsCompleted)
                return signal.Task;
            _wasHungry = true;
        }

        _hungry();
        return cancellationToken.CanBeCanceled ? WaitAsync(node, cancellationToken) : signal.Task;
    }

    async Task<Permit> WaitAsync(LinkedListNode<TaskCompletionSource<Permit>> node, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(() =>
        {
            lock (_gate)
                if (node.List is not null)
                    _waiting.Remove(node);
            node.Value.TrySetCanceled(cancellationToken);
        });
        return await node.Value.Task;
    }

    /// <summary>No limit from now on: who waits goes on.</summary>
    public void SwitchOff()
    {
        lock (_gate)
        {
            _isOff = true;
            while (_waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                first.Value.TrySetResult(new Permit(null));
            }
        }
    }

    public void SwitchOn()
    {
        lock (_gate)
            _isOff = false;
    }

    /// <summary>How many of so many this process could use, now or a moment ago. Asking begins a new observation.</summary>
    public int Wanted(int permits)
    {
        lock (_gate)
        {
            var (hungry, now) = (_wasHungry || _waiting.Count > 0, Now());
            _wasHungry = false;
            if (hungry)
                (_usedAt, _hungryAt) = (now, now);
            // one that had nothing at hand for a moment would miss for a second and more what it gave away
            if (hungry || (!_isSpent && _hungryAt != long.MinValue && _clock.GetElapsedTime(_hungryAt) <= _times.Idle))
                return Math.Min(permits, MostUseful);
            Wake(now);
            return _isSpent ? 0 : _inUse + _resting.Count;
        }
    }

    /// <summary>True when nothing was used for a while, and nothing is under way.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                Wake(Now());
                return _waiting.Count == 0 && _inUse == 0 && _resting.Count == 0 && (_usedAt == long.MinValue || _clock.GetElapsedTime(_usedAt) > _times.Idle);
            }
        }
    }

    /// <summary>True when this process has held permits for longer than one rests.</summary>
    public bool IsForLong
    {
        get
        {
            lock (_gate)
                return _held > 0 && _clock.GetElapsedTime(_heldSince) > _times.Window;
        }
    }

    /// <summary>True while it still holds what it is to let go.</summary>
    public bool IsLettingGo
    {
        get
        {
            lock (_gate)
                return _surplus > 0;
        }
    }

    /// <summary>Lets go of all above that: of what is free at once, of the others as they come free. Returns what is still held.</summary>
    public int LetGo(int target)
    {
        lock (_gate)
        {
            _surplus = Math.Max(0, _held - target);
            Wake(Now());
            SpendLocked();
            return _held;
        }
    }

    /// <summary>Somebody else took back what this process did not renew in time.</summary>
    public void LoseDownTo(int count)
    {
        lock (_gate)
            _held = Math.Min(_held, count);
    }

    /// <param name="more">Permits that were added.</param>
    /// <param name="askedAt">When this process began to ask: the lease counts from here.</param>
    /// <param name="askedOn">The same by the calendar; now when left out.</param>
    public void Renewed(int more, long askedAt, DateTimeOffset? askedOn = null)
    {
        lock (_gate)
        {
            if (_held == 0)
            {
                _heldSince = Now();
                Spread(more);
            }

            _held += more;
            _until = askedAt + Ticks(_times.Lease);
            _untilByCalendar = (askedOn ?? _clock.GetUtcNow()) + _times.Lease;
            SpendLocked();
        }
    }

    // A tenth at once, the others evenly over the window: all at once they would come free together ever after, and nobody can be as fast.
    void Spread(int permits)
    {
        var now = Now();
        for (var i = permits / 10 + 1; i < permits; i++)
            _resting.Enqueue(false, now + Ticks(_rest * ((double)i / permits)));
    }

    internal void Return(Permit.Outcome outcome)
    {
        _ended?.Invoke(outcome);
        lock (_gate)
        {
            var now = Now();
            (_inUse, _usedAt) = (_inUse - 1, now);
            if (_isSpent)
            {
                _held -= outcome == Permit.Outcome.Unused ? 0 : 1;
                return;
            }

            var rest = outcome switch
            {
                Permit.Outcome.Unused => TimeSpan.Zero,
                Permit.Outcome.Lost => _rest + _times.AfterLost,
                _ => _rest
            };
            if (outcome == Permit.Outcome.Lost)
                _lost++;
            if (rest > TimeSpan.Zero || outcome == Permit.Outcome.Lost)
                _resting.Enqueue(outcome == Permit.Outcome.Lost, now + Ticks(rest));
            SpendLocked();
        }
    }

    void Spend()
    {
        lock (_gate)
            SpendLocked();
    }

    void SpendLocked()
    {
        var now = Now();
        Wake(now);
        var free = _held - _inUse - _resting.Count;
        var back = Math.Clamp(free, 0, _surplus);
        (_held, _surplus, free) = (_held - back, _surplus - back, free - back);
        while (free > 0 && _waiting.First is { } first && IsLeased(now))
        {
            _waiting.RemoveFirst();
            if (!first.Value.TrySetResult(new Permit(this)))
                continue;
            (_inUse, _usedAt, free) = (_inUse + 1, now, free - 1);
        }

        if ((_waiting.Count > 0 || _surplus > 0) && _resting.TryPeek(out _, out var next))
            // whole milliseconds, upwards: the timer cuts off the rest, and would come too early again and again
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((next - now) * 1000.0 / _clock.TimestampFrequency))), Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// By both clocks. While a machine is suspended its monotonic clock stands still, and the others have taken the permits meanwhile: only the calendar knows.
    /// A calendar that is set forward ends the lease until it is renewed, in a moment; one that is set back changes nothing.
    /// </summary>
    bool IsLeased(long now) => now < _until && _clock.GetUtcNow() < _untilByCalendar;

    void Wake(long now)
    {
        while (_resting.TryPeek(out var wasLost, out var until) && until <= now)
        {
            _resting.Dequeue();
            if (wasLost)
                _lost--;
        }
    }

    long Now() => _clock.GetTimestamp();

    long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);

    public void Dispose() => _timer.Dispose();
}
