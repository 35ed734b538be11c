namespace Billing.Notification.Limiting;

/// <summary>Leave to begin so many sends, given at one instant and good for <see cref="SendLimit.Grace"/> from then.</summary>
public readonly record struct Grant(DateTimeOffset At, int Count);

/// <summary>How fast a channel may send, over all processes together.</summary>
public sealed record SendLimit
{
    /// <summary>The span in which sends are counted: any second, not the calendar's.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>Sends begun in any window of one second, 1 to 10,000.</summary>
    public required int PerSecond { get; init; }

    /// <summary>
    /// How long after it was given a grant may be used, 0 to 500 ms. A sender that comes later must ask again. It is
    /// what keeps the promise for sends, and not only for grants; each 50 ms cost 5 % of the speed.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(50);
}

/// <summary>What a request for sends gets, and what is remembered of it.</summary>
/// <param name="Granted">How many may begin now.</param>
/// <param name="AskAgainAt">When there will be room for at least one more; null when all that was wanted was granted.</param>
/// <param name="Remembered">The grants that still count, the new one included.</param>
public sealed record WindowDecision(int Granted, DateTimeOffset? AskAgainAt, IReadOnlyList<Grant> Remembered);

/// <summary>
/// Never more than the limit in any window of one second. A bucket of tokens cannot promise that (a full bucket and
/// its refill meet in one second), so the grants of the last second are counted themselves.
/// </summary>
/// <remarks>
/// <code>
///        window + grace
///   |------------------------|   grants in here count
///                            now
/// </code>
/// Sends within one second stem from grants within a second and the grace, so those are what is counted.
/// </remarks>
public static class SendWindow
{
    public static WindowDecision Ask(IReadOnlyList<Grant> given, DateTimeOffset now, int wanted, SendLimit limit)
    {
        var span = SendLimit.Window + limit.Grace;
        // A grant from the future means that the clock stepped back: it counts as given now, or sending would stand still for as long as the step.
        var counting = given
            .Select(grant => grant.At > now ? grant with { At = now } : grant)
            .Where(grant => grant.At + span > now)
            .OrderBy(grant => grant.At)
            .ToList();
        var room = Math.Max(0, limit.PerSecond - counting.Sum(grant => grant.Count));
        var granted = Math.Clamp(wanted, 0, room);
        if (granted > 0)
            counting.Add(new Grant(now, granted));
        return new WindowDecision(granted, granted < wanted ? RoomAt(counting, limit.PerSecond, span) : null, counting);
    }

    // The first instant at which enough old grants have stopped counting; after a lowered limit that may be more than one.
    static DateTimeOffset RoomAt(List<Grant> counting, int perSecond, TimeSpan span)
    {
        var used = counting.Sum(grant => grant.Count);
        foreach (var grant in counting)
        {
            used -= grant.Count;
            if (used < perSecond)
                return grant.At + span;
        }

        throw new InvalidOperationException($"A limit of {perSecond} a second leaves no room, ever.");
    }
}
