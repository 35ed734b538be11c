using Microsoft.Extensions.Logging;

namespace Billing.Limits;

/// <summary>
/// One limit, as this process sees it. Who wants to call the provider takes a permit first, and calls at once when he has it.
/// </summary>
/// <remarks>
/// It keeps a pace: a call that a stall of the machine holds back after it has its permit arrives together with those that are due then. A provider
/// who answers "too fast" does not mind a few; where no second may ever hold more, processes hold permits (<see cref="PermitLimit"/>).
/// </remarks>
public sealed class ProviderLimit
{
    /// <summary>In the place of the instant until which a permit is good.</summary>
    const long Refused = long.MinValue;

    readonly Lock _gate = new();
    readonly LinkedList<TaskCompletionSource<long>> _waiting = new();
    readonly Queue<Slot> _slots = new();
    readonly ClockOffset _offset = new();
    readonly Func<int, long, CancellationToken, Task<Lease?>> _lease;
    readonly TimeProvider _clock;
    readonly ILogger _log;
    readonly TimeSpan _patience;
    readonly CancellationToken _stopping;
    readonly LimitCounter? _counter;
    LimitSetting _setting;
    bool _isKnown;
    bool _isGivenUp;
    TaskCompletionSource _news = NewSignal();
    bool _pumping;
    long _lead;

    internal ProviderLimit(
        string name, LimitSetting setting, Func<int, long, CancellationToken, Task<Lease?>> lease, TimeSpan patience, LimitCounter? counter, TimeProvider clock, ILogger log, CancellationToken stopping)
    {
        (Name, _setting, _lease, _patience, _counter, _clock, _log, _stopping) = (name, setting, lease, patience, counter, clock, log, stopping);
    }

    public string Name { get; }

    /// <summary>As this process last heard.</summary>
    public LimitSetting Setting
    {
        get
        {
            lock (_gate)
                return _setting;
        }
    }

    /// <summary>Waits for a permit. False when the provider is paused and stays so: nothing may be sent, and the caller goes on without.</summary>
    public Task<bool> TakeAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_isKnown && _setting.PerSecond is null)
                return Task.FromResult(true);       // no limit: nobody is asked
            if (_isGivenUp)
                return Task.FromResult(false);
        }

        return WaitAsync(cancellationToken);
    }

    internal void Set(LimitSetting setting)
    {
        lock (_gate)
        {
            if (_isKnown && _setting == setting)
                return;
            if (_setting != setting)
                _log.LimitChanged(Name, _setting, setting);
            (_setting, _isKnown, _isGivenUp) = (setting, true, false);
            _news.TrySetResult();
            _news = NewSignal();
        }
    }

    async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        var first = false;
        while (true)
        {
            var node = Enqueue(first);
            await using var registration = cancellationToken.Register(() => Forget(node, cancellationToken));
            var until = await node.Value.Task;
            if (until == Refused)
                return false;
            // Between being given a permit and getting to run a busy process may lose it: then it is the caller's turn again, before all others.
            if (Now() < until)
            {
                _counter?.Granted(Name);
                return true;
            }

            _counter?.Lost(Name);
            first = true;
        }
    }

    LinkedListNode<TaskCompletionSource<long>> Enqueue(bool first)
    {
        var signal = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var node = first ? _waiting.AddFirst(signal) : _waiting.AddLast(signal);
            if (!_pumping)
            {
                _pumping = true;
                _ = Task.Run(PumpAsync, CancellationToken.None);
            }

            return node;
        }
    }

    void Forget(LinkedListNode<TaskCompletionSource<long>> node, CancellationToken cancellationToken)
    {
        lock (_gate)
            if (node.List is not null)
                _waiting.Remove(node);
        node.Value.TrySetCanceled(cancellationToken);
    }

    /// <summary>Runs while somebody waits: takes blocks ahead of need, and gives each instant to one who waits, when it is there.</summary>
    async Task PumpAsync()
    {
        Task? leasing = null;
        try
        {
            while (true)
            {
                _stopping.ThrowIfCancellationRequested();
                int wanted;
                LimitSetting? setting;
                Task news;
                lock (_gate)
                {
                    if (_waiting.Count == 0)
                    {
                        _pumping = false;
                        return;
                    }

                    (wanted, setting, news) = (_waiting.Count - _slots.Count, _isKnown ? _setting : null, _news.Task);
                }

                switch (setting)
                {
                    case null:      // what the database says was not read yet: it may be a pause
                        await news.WaitAsync(_stopping);
                        continue;
                    case { PerSecond: null }:
                        Release(true);
                        continue;
                    case { PerSecond: 0 }:
                        if (await Task.WhenAny(news, Task.Delay(_patience, _clock, _stopping)) != news)
                            Release(false);
                        continue;
                }

                var block = Pace.BlockSize(setting.Value.PerSecond!.Value);
                if (wanted > 0 && leasing is not { IsCompleted: false } && _slots.Count <= block / 2)
                    leasing = LeaseAsync(Math.Min(wanted, block));
                if (NextIn() is { } pause)
                {
                    if (pause > TimeSpan.Zero)
                        await Task.Delay(pause, _clock, _stopping);
                    Spend();
                }
                else if (leasing is not null)
                    await leasing;
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            lock (_gate)
            {
                foreach (var one in _waiting)
                    one.TrySetCanceled(_stopping);
                _waiting.Clear();
                _pumping = false;
            }
        }
    }

    async Task LeaseAsync(int count)
    {
        try
        {
            if (await _lease(count, Interlocked.Read(ref _lead), _stopping) is not { } lease)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), _clock, _stopping);     // paused or freed by somebody: the settings say so in a moment
                return;
            }

            lock (_gate)
            {
                _offset.Learn(lease.Asked, lease.Heard, lease.DatabaseNow);
                // As long as the last one took: what lies before it would be lost.
                _lead = Math.Min(Now() - lease.Heard, (long)Pace.Block.TotalMicroseconds);
                for (var i = 0; i < lease.Count; i++)
                {
                    var instant = lease.First + (long)(lease.Spacing * i);
                    _slots.Enqueue(new Slot(_offset.NotBefore(instant), _offset.Earliest(instant) + (long)Pace.Grace.TotalMicroseconds));
                }
            }
        }
        catch (Exception away) when (!_stopping.IsCancellationRequested)
        {
            _log.CannotLease(Name, away);
            await Task.Delay(TimeSpan.FromMilliseconds(250), _clock, _stopping);
        }
    }

    /// <summary>How long until the next instant; null when there is none.</summary>
    TimeSpan? NextIn()
    {
        lock (_gate)
            return _slots.TryPeek(out var next) ? TimeSpan.FromMicroseconds(Math.Max(0, next.From - Now())) : null;
    }

    /// <summary>Gives out every instant that is there. One that is over is lost: used late, it would crowd into the next second.</summary>
    void Spend()
    {
        lock (_gate)
        {
            while (_slots.TryPeek(out var slot) && slot.From <= Now())
            {
                _slots.Dequeue();
                if (Now() >= slot.Until)
                {
                    _counter?.Lost(Name);
                    continue;
                }

                while (_waiting.First is { } first)
                {
                    _waiting.RemoveFirst();
                    if (first.Value.TrySetResult(slot.Until))
                        break;
                }
            }
        }
    }

    void Release(bool granted)
    {
        lock (_gate)
        {
            _isGivenUp = !granted;      // until it is set anew, nobody else waits in vain
            foreach (var one in _waiting)
                one.TrySetResult(granted ? long.MaxValue : Refused);
            _waiting.Clear();
        }
    }

    long Now() => (long)(_clock.GetTimestamp() * (1_000_000.0 / _clock.TimestampFrequency));

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Local instants, in microseconds: surely not too early, surely not too late.</summary>
    readonly record struct Slot(long From, long Until);
}

/// <param name="PerSecond">0 is a pause, null is no limit.</param>
public readonly record struct LimitSetting(int? PerSecond)
{
    public override string ToString() => PerSecond switch { null => "no limit", 0 => "paused", { } permits => $"{permits} a second" };
}

/// <summary>Instants that were taken. Local instants are this process's monotonic clock, the others the database's; all in microseconds.</summary>
sealed record Lease(long Asked, long Heard, long DatabaseNow, long First, double Spacing, int Count);
