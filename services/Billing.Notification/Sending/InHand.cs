using Billing.Notification.Queueing;

namespace Billing.Notification.Sending;

/// <summary>The messages of one workspace that were taken together.</summary>
sealed record MessageBatch(Guid BatchId, string WorkspaceId, int Count);

/// <summary>A message that this process took, until the end of its lease. The lease's end also tells this claim from any later one.</summary>
sealed record InHand(OutgoingMessage Message, MessageBatch Batch, DateTimeOffset LeaseEnd)
{
    /// <summary>It left the tray to be sent.</summary>
    public bool IsBegun { get; set; }

    /// <summary>How long the provider took; null when it was not asked.</summary>
    public TimeSpan? Took { get; set; }

    /// <summary>The provider's or our own words when it was too fast.</summary>
    public string? Exceeded { get; set; }
}

/// <param name="Messages">In the order of their turns.</param>
/// <param name="LookAgainAt">When those that wait for company have waited long enough.</param>
sealed record Claim(IReadOnlyList<InHand> Messages, DateTimeOffset? LookAgainAt);
