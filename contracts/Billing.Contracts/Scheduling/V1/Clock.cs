namespace Billing.Contracts.Scheduling.V1;

/// <summary>
/// Command. Moves the test clock of the installation forward to an instant, from one due thing to the next; at each of them it waits until everything has been
/// done. Refused unless the installation was started with a test clock.
/// </summary>
public sealed record AdvanceClock
{
    /// <summary>The instant to which the clock is moved, later than what it shows now; at most ten years.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Who asked for it.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. The test clock has come to where it was sent, and everything that fell due on the way has been done.</summary>
public sealed record ClockAdvanced
{
    /// <summary>What the clock showed before, an instant.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Where it was sent, an instant.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>How many times it was moved on the way.</summary>
    public required long Moves { get; init; }
}
