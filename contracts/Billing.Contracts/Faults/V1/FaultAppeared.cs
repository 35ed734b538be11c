namespace Billing.Contracts.Faults.V1;

/// <summary>
/// Event. A message failed for good and was set aside, the first of its cause that waits. Those that follow are counted by <c>billing_faults</c>; when the
/// cause was replayed or discarded and comes back, it is told again. Each process of a service tells it.
/// </summary>
public sealed record FaultAppeared
{
    /// <summary>Whose message it was, such as <c>month-close</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The same for all that fail in the same way in the same queue: <c>ReplayFaults</c> and <c>DiscardFaults</c> take it.</summary>
    public required string Cause { get; init; }

    /// <summary>The queue that it came from. It waits in the queue of that name with <c>_error</c> behind it.</summary>
    public required string Queue { get; init; }

    /// <summary>What was thrown.</summary>
    public required string Exception { get; init; }

    /// <summary>Why, in words; nothing confidential.</summary>
    public required string Reason { get; init; }

    /// <summary>When, an instant.</summary>
    public required DateTimeOffset At { get; init; }
}
