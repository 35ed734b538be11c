using System.ComponentModel.DataAnnotations;

namespace Billing.Notification.Sending;

/// <summary>How the queue is worked off.</summary>
public sealed class SendingOptions
{
    public const string Section = "Sending";

    /// <summary>Messages taken in one go, 1 to 5,000. Default 500: two statements for all of them, and seconds of work to give back.</summary>
    [Range(1, 5000)]
    public int Most { get; set; } = 500;

    /// <summary>
    /// How long a process may keep what it took, 30 s to 1 h. Default 1 min: after it another takes over what a crash
    /// left. It begins nothing new in the last third, so that what is under way can end.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:30", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often to look for what no arrival told of (retries, leases that ended), 0.1 s to 1 min. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What becomes of those that were not taken.</summary>
    public DeliveryOptions Retry { get; set; } = new();
}
