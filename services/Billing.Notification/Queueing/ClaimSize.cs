using Billing.Notification.Sending;

namespace Billing.Notification.Queueing;

/// <summary>
/// How much of the backlog a process takes at a time, as it finds out by itself: what it sends in less than a second, and in more where the database is slow. What a
/// limit lets go is lost when nothing is there to be sent, so the next must be in hand before the last is gone. A batch is what a claim holds of one workspace.
/// </summary>
sealed class ClaimSize(int least, int most, TimeProvider clock)
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.75);

    // Who is collected must be waited for: what comes late, and may be urgent, waits behind him.
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    // Half is left when the next claim begins; it may take half as long again as the slowest did lately.
    const double Reserve = 3;

    // Who was short of messages for a moment looks slower than he is, and would be given fewer still.
    const double Headroom = 1.25;

    // How much the newest observation counts: a claim or two later a change of pace is followed.
    const double Newest = 0.6;

    long _since = clock.GetTimestamp();
    int _ended;
    double _perSecond;
    readonly SlowestLately _slowest = new(fading: 0.9);      // some ten claims later it is forgotten

    /// <summary>Messages a second, as lately observed.</summary>
    public double Pace => Volatile.Read(ref _perSecond);

    public void Ended(int count) => Interlocked.Add(ref _ended, count);

    /// <param name="time">From asking for some messages until they may be sent.</param>
    public void Took(TimeSpan time) => _slowest.Took(time);

    /// <summary>Nothing waited: the time until now says nothing of the pace.</summary>
    public void Pause()
    {
        _since = clock.GetTimestamp();
        Interlocked.Exchange(ref _ended, 0);
    }

    /// <param name="perSecond">What a limit allows this process; null without one.</param>
    public int Find(int? perSecond)
    {
        var elapsed = clock.GetElapsedTime(_since);
        if (elapsed > TimeSpan.FromMilliseconds(20))
        {
            Volatile.Write(ref _perSecond, ((1 - Newest) * _perSecond) + (Newest * Interlocked.Exchange(ref _ended, 0) / elapsed.TotalSeconds));
            _since = clock.GetTimestamp();
        }

        // what a limit held back leaves in a burst when it is lifted, and never again so fast
        var ahead = Math.Clamp(Reserve * _slowest.Value.TotalSeconds, Shortest.TotalSeconds, Longest.TotalSeconds);
        return Math.Clamp((int)Math.Ceiling(Math.Min(Headroom * _perSecond, perSecond ?? double.MaxValue) * ahead), Math.Min(least, most), most);
    }
}
