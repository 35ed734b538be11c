namespace Billing.Notification.Queueing;

/// <summary>
/// How many messages a process claims at a time, as it finds out by itself: what it sends in less than a second, and in more where the database is slow. What a
/// limit allows is lost when nothing is there to be sent, so the next messages must be claimed before the last is gone. A batch is what a claim holds of one
/// workspace.
/// </summary>
/// <param name="least">Messages that a claim holds at least, when so many wait.</param>
/// <param name="most">Messages that a claim never exceeds.</param>
/// <param name="clock">Measures the pace.</param>
sealed class ClaimSize(int least, int most, TimeProvider clock)
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.75);

    // A message that comes late, and may be urgent, waits behind all that were claimed before it.
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    // Half is left when the next claim begins, and the next may take half as long again as the slowest did lately.
    const double Reserve = 3;

    // A process that was short of messages for a moment looks slower than it is, and would claim fewer still.
    const double Headroom = 1.25;

    // The weight of the newest observation: a change of pace is followed within a claim or two.
    const double Newest = 0.6;

    long _since = clock.GetTimestamp();
    int _ended;
    double _perSecond;
    readonly PeakLatency _claimLatency = new(fading: 0.9);      // forgotten after some ten claims

    /// <summary>Messages a second, as lately observed.</summary>
    public double Pace => Volatile.Read(ref _perSecond);

    public void Ended(int count) => Interlocked.Add(ref _ended, count);

    /// <param name="time">From asking for messages until they may be sent.</param>
    public void Took(TimeSpan time) => _claimLatency.Took(time);

    /// <summary>Nothing waited: the time until now says nothing about the pace.</summary>
    public void Pause()
    {
        _since = clock.GetTimestamp();
        Interlocked.Exchange(ref _ended, 0);
    }

    /// <param name="perSecond">What a limit allows this process; null without one.</param>
    /// <param name="atLeast">As <c>least</c>, when that has changed.</param>
    public int Find(int? perSecond, int? atLeast = null)
    {
        var elapsed = clock.GetElapsedTime(_since);
        if (elapsed > TimeSpan.FromMilliseconds(20))
        {
            var observed = Interlocked.Exchange(ref _ended, 0) / elapsed.TotalSeconds;
            Volatile.Write(ref _perSecond, ((1 - Newest) * _perSecond) + (Newest * observed));
            _since = clock.GetTimestamp();
        }

        // What a limit held back leaves in a burst when the limit is lifted, and never again so fast.
        var pace = Math.Min(Headroom * _perSecond, perSecond ?? double.MaxValue);
        var seconds = Math.Clamp(Reserve * _claimLatency.Value.TotalSeconds, Shortest.TotalSeconds, Longest.TotalSeconds);
        return Math.Clamp((int)Math.Ceiling(pace * seconds), Math.Min(atLeast ?? least, most), most);
    }
}
