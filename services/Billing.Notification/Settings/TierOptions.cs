using System.ComponentModel.DataAnnotations;

namespace Billing.Notification.Settings;

/// <summary>What a workspace of this tier may have of a channel.</summary>
public sealed record TierOptions
{
    public const int LongestName = 32;

    /// <summary>Messages in each of its turns, against those of the others, 1 to 100. 1 by default.</summary>
    [Range(1, 100)]
    public int Weight { get; init; } = 1;

    /// <summary>E-mails a second of one workspace, 1 to 10,000, at most; saved up for a second. No limit of its own by default.</summary>
    [Range(1, 10_000)]
    public int? EmailPerSecond { get; init; }

    /// <summary>SMS a second of one workspace, likewise.</summary>
    [Range(1, 10_000)]
    public int? SmsPerSecond { get; init; }

    internal int? PerSecond(Channel channel) => channel == Channel.Email ? EmailPerSecond : SmsPerSecond;
}
