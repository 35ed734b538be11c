namespace Billing.Limits;

/// <summary>A bucket of tokens: filled evenly, and what does not fit runs over.</summary>
public static class Bucket
{
    /// <summary>Takes up to so many whole tokens. A clock that stepped back fills nothing, and takes nothing away.</summary>
    public static (int Taken, double Left) Take(double tokens, DateTime? at, DateTime now, double perSecond, double capacity, int wanted)
    {
        var there = at is not { } then ? capacity : Math.Min(capacity, tokens + (Math.Max(0, (now - then).TotalSeconds) * perSecond));
        var taken = Math.Clamp((int)there, 0, Math.Max(0, wanted));
        return (taken, there - taken);
    }
}
