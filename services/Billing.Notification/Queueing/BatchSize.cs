using System.ComponentModel.DataAnnotations;

namespace Billing.Notification.Queueing;

/// <summary>How many messages of one workspace are sent in one go, and when that is worth it.</summary>
public sealed record BatchOptions
{
    /// <summary>Most messages in a batch, 1 to 1,000. 100 by default, which is what e-mail providers take at once.</summary>
    [Range(1, 1000)]
    public int Most { get; init; } = 100;

    /// <summary>Fewer wait for company, 1 to <see cref="Most"/>. 1 by default: nobody waits.</summary>
    [Range(1, 1000)]
    public int Least { get; init; } = 1;

    /// <summary>But no longer than this, 0 to 60 s. 2 s by default: nobody notices it in an e-mail.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(2);
}

public static class BatchSize
{
    /// <summary>How many leave now; when none, when to look again (null: when something comes).</summary>
    public static (int Take, DateTimeOffset? LookAgainAt) Decide(int waiting, DateTimeOffset? oldestSince, DateTimeOffset now, BatchOptions options)
    {
        if (waiting == 0 || oldestSince is not { } oldest)
            return (0, null);
        var due = oldest + options.LongestWait;
        return waiting >= options.Least || now >= due ? (Math.Min(waiting, options.Most), null) : (0, due);
    }
}

/// <summary>How much of the backlog a process takes at a time: what it sends in about half a second, as it finds out by itself. A batch is what that holds of one workspace.</summary>
sealed class ClaimSize(int least, int most, TimeProvider clock)
{
    static readonly TimeSpan Ahead = TimeSpan.FromSeconds(0.5);

    // How much the newest observation counts: a claim or two later a change of pace is followed.
    const double Newest = 0.6;

    long _since = clock.GetTimestamp();
    int _ended;
    double _perSecond;

    public void Ended(int count) => Interlocked.Add(ref _ended, count);

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
            _perSecond = ((1 - Newest) * _perSecond) + (Newest * Interlocked.Exchange(ref _ended, 0) / elapsed.TotalSeconds);
            _since = clock.GetTimestamp();
        }

        // what a limit held back leaves in a burst when it is lifted, and never again so fast
        var pace = Math.Min(_perSecond, perSecond ?? double.MaxValue);
        return Math.Clamp((int)Math.Ceiling(pace * Ahead.TotalSeconds), Math.Min(least, most), most);
    }
}
