using Billing.Hosting.Work;
using Billing.SeatRefresh.Settings;

namespace Billing.SeatRefresh.Counting;

/// <summary>How long a subscription waits after a failure.</summary>
static class Backoff
{
    /// <summary>Up to a fifth longer than it should be, so that subscriptions which failed together do not come back together.</summary>
    const double Spread = 1.2;

    /// <summary>Twice as long each time, up to the longest pause, and a little more by chance.</summary>
    public static TimeSpan After(int failures, RefreshOptions options)
    {
        var pause = options.FirstPause * Math.Pow(2, Math.Min(failures - 1, 20));
        return ((pause > options.LongestPause ? options.LongestPause : pause) * Spread).WithJitter(1 - 1 / Spread);
    }
}
