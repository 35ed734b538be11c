namespace Billing.Testing;

/// <summary>The real clock, moved by as much as the test says. Timers keep real time, so what sleeps looks again soon and finds a later day.</summary>
public sealed class ShiftedTimeProvider : TimeProvider
{
    long _shift;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _shift));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _shift, by.Ticks);

    public void SetTo(DateTimeOffset now) => Interlocked.Exchange(ref _shift, (now - System.GetUtcNow()).Ticks);
}
