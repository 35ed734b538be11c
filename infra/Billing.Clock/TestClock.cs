using System.Collections.Concurrent;

namespace Billing.Clock;

/// <summary>
/// The machine's clock, set forward by as much as the owner of the installation's test clock says. It runs on at its own pace. Timers keep real time; when the
/// clock is set forward, those whose time passes by it fire at once, as if it had been waited for.
/// </summary>
public sealed class TestClock(TimeProvider machine) : TimeProvider
{
    readonly ConcurrentDictionary<ShiftedTimer, bool> _running = new();
    long _ahead;

    /// <summary>The clock on the wall.</summary>
    public TimeProvider Machine { get; } = machine;

    /// <summary>How far it is ahead of the wall.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public override TimeZoneInfo LocalTimeZone => Machine.LocalTimeZone;

    public override long TimestampFrequency => Machine.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => Machine.GetUtcNow() + Ahead;

    /// <summary>Durations are measured by the machine: a jump makes nothing take longer.</summary>
    public override long GetTimestamp() => Machine.GetTimestamp();

    /// <summary>Sets it forward; what was to fire within the time that passes fires now.</summary>
    /// <returns>False when it is as far ahead already: it never goes back.</returns>
    public bool SetAhead(TimeSpan ahead)
    {
        long before;
        do
        {
            before = Interlocked.Read(ref _ahead);
            if (ahead.Ticks <= before)
                return false;
        }
        while (Interlocked.CompareExchange(ref _ahead, ahead.Ticks, before) != before);
        foreach (var timer in _running.Keys)
            timer.Hurry(ahead - TimeSpan.FromTicks(before));
        return true;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ShiftedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class ShiftedTimer : ITimer
    {
        readonly TestClock _clock;
        readonly ITimer _real;
        readonly Lock _gate = new();
        TimeSpan _period = Timeout.InfiniteTimeSpan;
        long _firesAt;

        public ShiftedTimer(TestClock clock, TimerCallback callback, object? state)
        {
            _clock = clock;
            _real = clock.Machine.CreateTimer(_ =>
            {
                lock (_gate)
                    Await(_period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : _period);
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

        /// <summary>The time that passed counts for it: it fires by as much earlier.</summary>
        public void Hurry(TimeSpan passed)
        {
            lock (_gate)
            {
                if (!_clock._running.ContainsKey(this))
                    return;
                var left = TimeSpan.FromSeconds((_firesAt - _clock.GetTimestamp()) / (double)_clock.TimestampFrequency) - passed;
                if (left <= TimeSpan.Zero)
                    _real.Change(TimeSpan.Zero, _period);
            }
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

        void Await(TimeSpan time)
        {
            if (time == Timeout.InfiniteTimeSpan)
            {
                _clock._running.TryRemove(this, out _);
                return;
            }

            _firesAt = _clock.GetTimestamp() + (long)(time.TotalSeconds * _clock.TimestampFrequency);
            _clock._running[this] = true;
        }
    }
}

/// <summary>For what is no matter of the calendar: leases of permits, timeouts of the wire.</summary>
public static class MachineTime
{
    /// <summary>The clock on the wall, also in an installation with a test clock.</summary>
    public static TimeProvider OfTheMachine(this TimeProvider clock) => clock is TestClock test ? test.Machine : clock;
}
