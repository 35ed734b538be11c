namespace Billing.Notification.Queueing;

/// <summary>The longest that something took of late. Buffers are sized for what was slow, and not for what was usual.</summary>
/// <param name="fading">The share of the peak that is left after each further observation, 0 to 1.</param>
sealed class PeakLatency(double fading)
{
    long _ticks;

    public TimeSpan Value => new(Volatile.Read(ref _ticks));

    public void Took(TimeSpan time) => Volatile.Write(ref _ticks, Math.Max(time.Ticks, (long)(_ticks * fading)));
}
