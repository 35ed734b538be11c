namespace Billing.Limits;

/// <summary>
/// Where this process's own monotonic clock stands beside the database's. Each question narrows it down: the database's clock was read somewhere
/// between asking and hearing. All in microseconds.
/// </summary>
sealed class ClockOffset
{
    /// <summary>Two clocks of the same kind drift apart by far less.</summary>
    const double DriftPerMicrosecond = 0.0002;

    long _lowest = long.MinValue;
    long _highest = long.MaxValue;
    long _at;

    /// <summary>The database's reading lies between the two local instants.</summary>
    public void Learn(long asked, long heard, long database)
    {
        var (lowest, highest) = (asked - database, heard - database);
        var drift = (long)((heard - _at) * DriftPerMicrosecond);
        var (keptLowest, keptHighest) = _lowest == long.MinValue ? (lowest, highest) : (Math.Max(lowest, _lowest - drift), Math.Min(highest, _highest + drift));
        // When they exclude each other, a clock was put forward or back: only the new reading counts.
        (_lowest, _highest) = keptLowest <= keptHighest ? (keptLowest, keptHighest) : (lowest, highest);
        _at = heard;
    }

    /// <summary>The local instant at which the database's is surely reached.</summary>
    public long NotBefore(long database) => database + _highest;

    /// <summary>The local instant at which the database's is reached at the earliest.</summary>
    public long Earliest(long database) => database + _lowest;
}
