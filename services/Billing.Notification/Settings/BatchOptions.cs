using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Validation;

namespace Billing.Notification.Settings;

/// <summary>How many messages of one workspace are sent in one go, and when that is worth it.</summary>
public sealed record BatchOptions
{
    /// <summary>Most messages in a batch, 1 to 1,000. Default 100, which is what e-mail providers take at once.</summary>
    [Range(1, 1000)]
    public int Most { get; init; } = 100;

    /// <summary>Fewer messages wait for company, 1 to <see cref="Most"/>. Default 1: none waits.</summary>
    [Range(1, 1000)]
    public int Least { get; init; } = 1;

    /// <summary>The longest that a message waits for company, 0 to 1 min. Default 2 s, which nobody notices in an e-mail.</summary>
    [Duration("00:00:00", "00:01:00")]
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(2);
}
