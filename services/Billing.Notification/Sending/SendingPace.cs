using Billing.Notification.Queueing;
using Billing.Notification.Settings;

namespace Billing.Notification.Sending;

/// <summary>How many messages a process claims, starts and leaves unrecorded at a time, by how fast it may send and how slow the database is.</summary>
sealed class SendingPace(SendingOptions options, SendPermits permits, int outletInFlight, TimeProvider clock)
{
    /// <summary>Messages recorded as sending ahead of the sending, for each that may be in flight.</summary>
    const int AheadOfEach = 2;

    /// <summary>Messages sent before their outcome is recorded, for each that may be in flight: so many may arrive twice after a crash.</summary>
    const int UnrecordedOfEach = 5;

    /// <summary>The pace covers so many writes: a permit that is free must not wait for a database that is slow.</summary>
    const int Writes = 4;

    /// <summary>What is started ahead covers at least and at most this time.</summary>
    static readonly (TimeSpan Least, TimeSpan Most) Ahead = (TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2));

    /// <summary>What is unrecorded covers at most half a second, since it may arrive twice.</summary>
    static readonly (TimeSpan Least, TimeSpan Most) Behind = (TimeSpan.Zero, TimeSpan.FromSeconds(0.5));

    readonly ClaimSize _claimSize = new(AheadOfEach, options.Most, clock);
    readonly PeakLatency _writeLatency = new(fading: 0.98);     // remembered for a second or two

    /// <summary>Messages that this process should have claimed.</summary>
    public int ClaimSize => _claimSize.Find(permits.Held, AheadOfEach * permits.InFlight);

    /// <summary>Messages that may be recorded as sending ahead of the sending.</summary>
    public int MostAhead => Cover(AheadOfEach * Math.Min(outletInFlight, permits.InFlight), Ahead);

    /// <summary>Messages that may be sent while their outcome is not recorded.</summary>
    public int MostUnrecorded => Cover(UnrecordedOfEach * permits.InFlight, Behind);

    /// <param name="time">What the claim took. Its messages are also recorded before they are sent, behind a write that may just have begun.</param>
    public void Claimed(TimeSpan time) => _claimSize.Took(time + (2 * _writeLatency.Value));

    public void Recorded(int ended, TimeSpan time)
    {
        _writeLatency.Took(time);
        _claimSize.Ended(ended);
    }

    /// <summary>Nothing waits: the time until the next claim says nothing about the pace.</summary>
    public void Pause() => _claimSize.Pause();

    int Cover(int atLeast, (TimeSpan Least, TimeSpan Most) time)
    {
        var seconds = Math.Clamp(Writes * _writeLatency.Value.TotalSeconds, time.Least.TotalSeconds, time.Most.TotalSeconds);
        return Math.Max(atLeast, (int)((permits.Held ?? _claimSize.Pace) * seconds));
    }
}
