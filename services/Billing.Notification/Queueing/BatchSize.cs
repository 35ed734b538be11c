using System.ComponentModel.DataAnnotations;

namespace Billing.Notification.Queueing;

/// <summary>How many messages of one workspace are sent in one go, and when that is worth it.</summary>
public sealed record BatchOptions
{
    /// <summary>Most messages in a batch, 1 to 1,000. 100 by default, which is what e-mail providers take at once.</summary>
    [Range(1, 1000)]
    public int Most { get; init; } = 100;

    /// <summary>Fewer wait for company, 1 to <see cref="Most"/>. 1 by default: nobody waits.</summary>
    [Range(1, 1000)]
    public int Least { get; init; } = 1;

    /// <summary>But no longer than this, 0 to 60 s. 2 s by default: nobody notices it in an e-mail.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(2);
}

public static class BatchSize
{
    /// <summary>How many leave now; when none, when to look again (null: when something comes).</summary>
    public static (int Take, DateTimeOffset? LookAgainAt) Decide(int waiting, DateTimeOffset? oldestSince, DateTimeOffset now, BatchOptions options)
    {
        if (waiting == 0 || oldestSince is not { } oldest)
            return (0, null);
        var due = oldest + options.LongestWait;
        return waiting >= options.Least || now >= due ? (Math.Min(waiting, options.Most), null) : (0, due);
    }
}
