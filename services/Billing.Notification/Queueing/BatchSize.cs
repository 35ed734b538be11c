using System.ComponentModel.DataAnnotations;
using Billing.Notification.Settings;

namespace Billing.Notification.Queueing;

/// <summary>Decides how many messages of one workspace leave now.</summary>
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
