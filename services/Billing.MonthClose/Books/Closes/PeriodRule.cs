using System.Globalization;
using Billing.MonthClose.Books.Calendar;

namespace Billing.MonthClose.Books.Closes;

/// <summary>A run that is in the books.</summary>
/// <param name="Period">Its month.</param>
/// <param name="HasEnded">Every account ended, parked ones included; a run that was cancelled or halted is still open.</param>
public sealed record KnownRun(BillingPeriod Period, bool HasEnded);

/// <summary>Whether the first run of a month may begin: no month closes before it is over, and months close in order.</summary>
public static class PeriodRule
{
    /// <param name="period">The month that is asked for.</param>
    /// <param name="zones">IANA time zones of all accounts; UTC counts when there is none.</param>
    /// <param name="runs">The runs of other months.</param>
    /// <param name="now">The instant of asking.</param>
    /// <param name="outOfOrder">The sender says that the order of months does not matter to him.</param>
    /// <returns>What was expected instead, as the end of a sentence; null when it may begin.</returns>
    public static string? WhyNot(
        BillingPeriod period, IReadOnlyCollection<string> zones, IReadOnlyCollection<KnownRun> runs, DateTimeOffset now, bool outOfOrder)
    {
        var (zone, ends) = zones.DefaultIfEmpty("UTC").Select(zone => (Zone: zone, Ends: period.EndsAt(zone))).MaxBy(one => one.Ends);
        if (ends > now)
            return $"a month that is over: {period} ends in {zone} at {Text(ends)}, and may be closed from then on";
        if (outOfOrder)
            return null;
        if (runs.Where(run => run.Period > period).Select(run => run.Period).ToList() is { Count: > 0 } later)
            return $"a month after {later.Max()}, which was closed already; say outOfOrder to close an earlier one";
        var earlier = runs.Where(run => run.Period < period).ToList();
        if (earlier.Count > 0 && !earlier.Exists(run => run.Period == period.Previous && run.HasEnded))
            return $"a month whose predecessor is closed: {period.Previous} is open; close it first, or say outOfOrder";
        return null;
    }

    static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
