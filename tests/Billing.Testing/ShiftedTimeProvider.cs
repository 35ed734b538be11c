using System.Collections.Concurrent;

namespace Billing.Testing;

/// <summary>
/// The real clock, moved by as much as the test says. Timers keep real time; when the clock is moved on, those whose time passes fire at once, as they would
/// if it had been waited for. So nothing that sleeps oversleeps the day that a test jumps to.
/// </summary>
public sealed class ShiftedTimeProvider : TimeProvider
{
    readonly ConcurrentDictionary<ShiftedTimer, bool> _running = new();
    long _shift;
    long _stopped;

    public override DateTimeOffset GetUtcNow() =>
        Interlocked.Read(ref _stopped) is var stopped and not 0
            ? new DateTimeOffset(stopped, TimeSpan.Zero) : System.GetUtcNow().AddTicks(Interlocked.Read(ref _shift));

    /// <summary>From now on it moves only when it is told to: for what is compared with a file.</summary>
    public void Stop() => Interlocked.Exchange(ref _stopped, GetUtcNow().UtcTicks);

    /// <summary>Moves it on as for a process that stood still: no timer of its own has fired meanwhile.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref Interlocked.Read(ref _stopped) == 0 ? ref _shift : ref _stopped, by.Ticks);

    /// <summary>Moves it on as for a process that ran: what was to fire within this time fires now.</summary>
    public void Advance(TimeSpan by)
    {
        Jump(by);
        foreach (var timer in _running.Keys)
            timer.Hurry(by);
    }

    /// <summary>Also sets a stopped clock going. It is a clock that was set, not time that passed: no timer fires by it.</summary>
    public void SetTo(DateTimeOffset now)
    {
        Interlocked.Exchange(ref _shift, (now - System.GetUtcNow()).Ticks);
        Interlocked.Exchange(ref _stopped, 0);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ShiftedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class ShiftedTimer : ITimer
    {
        readonly ShiftedTimeProvider _clock;
        readonly ITimer _real;
        readonly Lock _gate = new();
        TimeSpan _period = Timeout.InfiniteTimeSpan;
        long _dueAt;

        public ShiftedTimer(ShiftedTimeProvider clock, TimerCallback callback, object? state)
        {
            _clock = clock;
            _real = System.CreateTimer(_ =>
            {
                Again();
                callback(state);
            }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                _period = period;
                Await(dueTime);
                return _real.Change(dueTime, period);
            }
        }

        /// <summary>Fires at once when it was to fire within this time.</summary>
        public void Hurry(TimeSpan by)
        {
            lock (_gate)
                if (_clock._running.ContainsKey(this) && _dueAt - System.GetTimestamp() <= by.TotalSeconds * System.TimestampFrequency)
                    _real.Change(TimeSpan.Zero, _period);
        }

        public void Dispose()
        {
            _clock._running.TryRemove(this, out _);
            _real.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            _clock._running.TryRemove(this, out _);
            return _real.DisposeAsync();
        }

        void Again()
        {
            lock (_gate)
                Await(_period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : _period);
        }

        void Await(TimeSpan time)
        {
            _dueAt = System.GetTimestamp() + (long)(time.TotalSeconds * System.TimestampFrequency);
            if (time == Timeout.InfiniteTimeSpan)
                _clock._running.TryRemove(this, out _);
            else
                _clock._running[this] = true;
        }
    }
}
