namespace Billing.Testing;

/// <summary>The real clock, moved by as much as the test says. Timers keep real time, so what sleeps looks again soon and finds a later day.</summary>
public sealed class ShiftedTimeProvider : TimeProvider
{
    long _shift;
    long _stopped;

    public override DateTimeOffset GetUtcNow() =>
        Interlocked.Read(ref _stopped) is var stopped and not 0
            ? new DateTimeOffset(stopped, TimeSpan.Zero) : System.GetUtcNow().AddTicks(Interlocked.Read(ref _shift));

    /// <summary>From now on it moves only when it is told to: for what is compared with a file.</summary>
    public void Stop() => Interlocked.Exchange(ref _stopped, GetUtcNow().UtcTicks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref Interlocked.Read(ref _stopped) == 0 ? ref _shift : ref _stopped, by.Ticks);

    /// <summary>Also sets a stopped clock going.</summary>
    public void SetTo(DateTimeOffset now)
    {
        Interlocked.Exchange(ref _shift, (now - System.GetUtcNow()).Ticks);
        Interlocked.Exchange(ref _stopped, 0);
    }
}
