using Billing.Notification.Messages;

namespace Billing.Notification.Sending;

/// <summary>The messages of one workspace that were claimed together.</summary>
sealed record MessageBatch(Guid BatchId, string WorkspaceId, int Count);

/// <summary>A message that this process has until the end of its lease. The lease's end also tells this claim from any later one.</summary>
sealed record ClaimedMessage(OutgoingMessage Message, MessageBatch Batch, DateTimeOffset LeaseEnd)
{
    /// <summary>True once it left the buffer to be sent.</summary>
    public bool IsBegun { get; set; }

    /// <summary>How long the provider took to answer; null when it was not asked.</summary>
    public TimeSpan? Took { get; set; }

    /// <summary>The provider's or our own words when the message came too fast.</summary>
    public string? Exceeded { get; set; }
}

/// <param name="Messages">In the order of their turns.</param>
/// <param name="LookAgainAt">When messages that wait for company have waited long enough; null when none does.</param>
/// <param name="IsHeldBack">More wait for a workspace of which this process has as many as it may.</param>
sealed record Claim(IReadOnlyList<ClaimedMessage> Messages, DateTimeOffset? LookAgainAt, bool IsHeldBack)
{
    public static Claim Nothing { get; } = new([], null, false);
}
