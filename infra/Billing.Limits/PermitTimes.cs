namespace Billing.Limits;

/// <summary>
/// The times that the promise rests on. A permit is used from <c>s</c>, when a send begins, to <c>r</c>, when its answer is there; the other side
/// received it somewhere in between. It is used again from <c>r</c> and a second on.
/// <code>
///   s ---received--- r |------- window -------| s ---received--- r
///            |------------ at least a second ------------|
/// </code>
/// So each permit accounts for at most one receipt in any second, wherever the second begins, and N permits for at most N, however long anything
/// stalls. All is reckoned by the process's own monotonic clock; no two clocks are ever compared. A lease ends by the calendar, too: a machine that was
/// suspended did not count that time.
/// </summary>
public sealed record PermitTimes
{
    public static PermitTimes Default { get; } = new();

    /// <summary>How long a used permit of a window rests. A second, and 2 ms more: the receiver's clock may run a little slower than ours.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMilliseconds(1002);

    /// <summary>
    /// How long a process may begin uses after it began to ask. 3 s: a busy process may be late with renewing, and a dead one is missed for a moment only.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a process that holds permits renews its lease: six times in a lease.</summary>
    public TimeSpan Renewal { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it asks while it could use more than it has: others give back as theirs come free.</summary>
    public TimeSpan Hungry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a process that uses none keeps what it holds: the next message of a quiet house need not ask.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest that one use takes. What a dead process had in flight counts for as long.</summary>
    public TimeSpan LongestUse { get; init; } = TimeSpan.FromSeconds(16);

    /// <summary>How long a permit rests after an answer that never came: what was sent may still lie in a buffer.</summary>
    public TimeSpan AfterLost { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Put on top wherever somebody else's time is waited out.</summary>
    public TimeSpan Reserve { get; init; } = TimeSpan.FromMilliseconds(500);
}
