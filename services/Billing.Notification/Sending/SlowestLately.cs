namespace Billing.Notification.Sending;

/// <summary>How long something took at most, not long ago: what is prepared for is what was slow, and not what was usual.</summary>
/// <param name="fading">How much of it is left after each further time.</param>
sealed class SlowestLately(double fading)
{
    long _ticks;

    public TimeSpan Value => new(Volatile.Read(ref _ticks));

    public void Took(TimeSpan time) => Volatile.Write(ref _ticks, Math.Max(time.Ticks, (long)(_ticks * fading)));
}
