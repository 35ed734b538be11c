namespace Billing.Limits;

/// <summary>
/// The arithmetic of pacing. Permits are instants, evenly spaced, and each may be used within <see cref="Grace"/> of its instant or not at all.
/// <code>
///   instant      instant      instant
///   |--grace--|  |--grace--|  |--grace--|          used in here, or lost
///   |------------|  a second and a reserve, divided by the permits
/// </code>
/// What is used in any one second stems from the instants of a second and the grace. So that these are never more than the permits, the spacing is
/// a second and a <see cref="Reserve"/> divided by the permits: the grace, and as much again for the way to the other side.
/// </summary>
public static class Pace
{
    /// <summary>Long enough that a busy process seldom loses one: its timers are exact to some milliseconds.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(25);

    /// <summary>Costs 4.5 % of the speed, so that what is promised, 95 % of the limit, is kept with something to spare.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromMilliseconds(45);

    /// <summary>How far ahead one process takes instants. Short, because what a dead process took is lost time; long enough for ten questions a second.</summary>
    public static readonly TimeSpan Block = TimeSpan.FromMilliseconds(100);

    /// <summary>No honest use is further ahead. Where the next instant is, the database's clock was put back, and it begins anew.</summary>
    static readonly TimeSpan Horizon = TimeSpan.FromMinutes(1);

    /// <summary>Microseconds between two instants.</summary>
    public static double Spacing(int perSecond) => (1_000_000 + Reserve.TotalMicroseconds) / perSecond;

    public static int BlockSize(int perSecond) => Math.Max(1, (int)(Block.TotalMicroseconds / Spacing(perSecond)));

    /// <summary>Takes so many instants from where the row stands.</summary>
    /// <param name="nextFree">What the row says.</param>
    /// <param name="now">What the database's clock says, in microseconds.</param>
    /// <param name="lead">How long the answer takes to get to whom it is for, in microseconds: earlier instants would be lost.</param>
    /// <param name="perSecond">The limit.</param>
    /// <param name="count">How many.</param>
    /// <returns>The first instant, and where the row stands then.</returns>
    public static (long First, long NextFree) Take(long nextFree, long now, long lead, int perSecond, int count)
    {
        var spacing = Spacing(perSecond);
        var horizon = now + (long)Math.Max(Horizon.TotalMicroseconds, 100 * spacing);
        // After a step back a full second is waited: what was taken by the old time may be used in it.
        var free = nextFree > horizon ? now + 1_000_000 + (long)Reserve.TotalMicroseconds : nextFree;
        var first = Math.Max(free, now + lead);
        return (first, first + (long)Math.Ceiling(spacing * count));
    }
}
