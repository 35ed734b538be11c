using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Validation;
using Billing.Notification.Metrics;

namespace Billing.Notification.Settings;

/// <summary>What is kept of figures, and when a workspace exceeds too often.</summary>
public sealed class MetricsOptions
{
    public const string Section = "Metrics";

    /// <summary>Exceedances of a workspace within <see cref="AlertWindow"/> that are too many, 1 to 100,000. Default 10: one busy morning is no news.</summary>
    [Range(1, 100_000)]
    public int AlertAfter { get; set; } = 10;

    /// <summary>One alert for each, 1 min to 1 day. Default 1 h. It begins with the first exceedance after the window before.</summary>
    [Duration("00:01:00", "1.00:00:00")]
    public TimeSpan AlertWindow { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Workspaces in <c>GET /api/metrics</c>, those with the most exceedances, 1 to 1,000. Default 10: who has to be called.</summary>
    [Range(1, 1000)]
    public int Top { get; set; } = 10;

    /// <summary>How long demand and limit of each minute are kept, 1 day to 1 year. Default 30 days, for who plans capacity by the month.</summary>
    [Duration("1.00:00:00", "366.00:00:00")]
    public TimeSpan KeepMinutes { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long each workspace's latencies are kept, by day (UTC), 1 day to 31 days. Default 7 days.</summary>
    [Duration("1.00:00:00", "31.00:00:00")]
    public TimeSpan KeepWorkspaceLatencies { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often each process brings the figures of <c>/metrics</c> up to date and tells alerts, 0.1 s to 1 min. Default 2 s.</summary>
    [Duration("00:00:00.1", "00:01:00")]
    public TimeSpan RefreshEvery { get; set; } = TimeSpan.FromSeconds(2);
}
