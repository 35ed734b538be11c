namespace Billing.Simulation.Seats;

/// <summary>Stands still until it is moved. Timers belong to a process: none fires while it stands still, or after its death.</summary>
sealed class SeatClock(Actors actors) : TimeProvider
{
    readonly List<Timer> _timers = [];

    public DateTimeOffset Now { get; set; }

    /// <summary>When the next timer of anybody fires who lives: of who stands still, when he goes on.</summary>
    public DateTimeOffset? NextAt => _timers.Count == 0 ? null : _timers.Min(timer => timer.Due > timer.Actor.Process.TimersFrom ? timer.Due
        : timer.Actor.Process.TimersFrom);

    public void Reset() => _timers.Clear();

    public void Forget(SeatProcess dead) => _timers.RemoveAll(timer => timer.Actor.Process == dead);

    /// <summary>Fires what is due, of all who are awake, or of one of them.</summary>
    public void Fire(SeatProcess? only = null)
    {
        foreach (var timer in _timers.FindAll(timer => timer.Due <= Now
            && (only is null ? timer.Actor.Process.TimersFrom <= Now : timer.Actor.Process == only)))
            if (_timers.Contains(timer))        // what fired before it may have ended it
                timer.Fire();
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var actor = actors.Current ?? throw new InvalidOperationException("A timer of nobody");
        // the only timer that a look sets is the beat of a job, and it is the first thing that the job does
        if (actor.What == Actor.Look)
            actors.Current = actor = actor with { What = Actor.AtWork, Job = new Job(actor.Process.TakenLast) };
        var timer = new Timer(this, period > TimeSpan.Zero ? actor with { What = Actor.Beat } : actor, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    sealed class Timer(SeatClock clock, Actor actor, TimerCallback callback, object? state) : ITimer
    {
        TimeSpan _period;

        public Actor Actor => actor;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock._timers.Remove(this);
            (_period, Due) = (period, clock.Now + dueTime);
            if (dueTime >= TimeSpan.Zero && !actor.Process.IsDead)
                clock._timers.Add(this);
            return true;
        }

        public void Fire()
        {
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            var before = clock.Actors.Current;
            clock.Actors.Current = actor;
            callback(state);
            clock.Actors.Current = before;
        }

        public void Dispose() => clock._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    Actors Actors => actors;
}
