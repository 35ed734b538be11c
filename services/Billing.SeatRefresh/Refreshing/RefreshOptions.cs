using System.ComponentModel.DataAnnotations;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>How often subscriptions are counted, and how many are asked for at once.</summary>
public sealed class RefreshOptions
{
    public const string Section = "Refreshing";

    /// <summary>
    /// A paid subscription whose last count is older is due: 24 hours by default, 1 minute to 31 days. A schedule of every six hours finds a
    /// row up to six hours after it became due; with 18 hours here none is ever older than 24.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "31.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Subscriptions asked for at once: 200 by default, 1 to 5,000. The next ones are asked for behind them in the same queue, so a count that
    /// a person asks for waits for this many at most.
    /// </summary>
    [Range(1, 5000)]
    public int BatchSize { get; set; } = 200;
}
