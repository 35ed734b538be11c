namespace Billing.Contracts.Scheduling.V1;

/// <summary>
/// Command. Puts each message of this service that was set aside for one cause back into its queue, once, when the cause is mended.
/// </summary>
public sealed record ReplayFaults
{
    /// <summary>As <c>GET /api/faults</c> and <c>FaultAppeared</c> name it.</summary>
    public required string Cause { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>Command. Throws the messages of this service away that were set aside for one cause; the log keeps each, and why.</summary>
public sealed record DiscardFaults
{
    /// <summary>As <c>GET /api/faults</c> and <c>FaultAppeared</c> name it.</summary>
    public required string Cause { get; init; }

    /// <summary>Why nobody needs them.</summary>
    public required string Reason { get; init; }

    public string? RequestedBy { get; init; }
}
