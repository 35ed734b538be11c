using Billing.MonthClose.Books.Calendar;

namespace Billing.MonthClose.Books.Seats;

/// <summary>How the seats owed in a month are counted.</summary>
public enum SeatRule
{
    /// <summary>Each day by what it owed: the rule in force.</summary>
    Daily,

    /// <summary>All days by the day that owed most.</summary>
    Peak,

    /// <summary>All days by the last one.</summary>
    LastDay
}

static class SeatRules
{
    /// <summary>The levels of a month as another rule would have them. Earlier months stay as they are: they were billed.</summary>
    public static IReadOnlyList<SeatLevel> By(this IReadOnlyList<SeatLevel> levels, SeatRule rule, BillingPeriod month) =>
        rule == SeatRule.Daily ? levels
        : [.. levels.GroupBy(level => level.SubscriptionId, StringComparer.Ordinal).SelectMany(subscription => Of([.. subscription], rule, month))];

    static List<SeatLevel> Of(List<SeatLevel> levels, SeatRule rule, BillingPeriod month)
    {
        var days = levels.GroupBy(level => level.FirstDay).Select(day => day.MaxBy(level => level.Version)!).OrderBy(level => level.FirstDay).ToList();
        var inForce = days.FindLast(level => level.FirstDay <= month.FirstDay);
        List<SeatLevel> counted = [.. days.Where(level => level == inForce || (level.FirstDay > month.FirstDay && level.FirstDay <= month.LastDay))];
        if (counted.Count == 0)
            return levels;
        var one = rule == SeatRule.Peak ? counted.MaxBy(level => level.SeatsOwed)! : counted[^1];
        var begin = inForce is null ? counted[0].FirstDay : month.FirstDay;
        return [.. levels.Where(level => level.FirstDay < month.FirstDay), one with { FirstDay = begin, Version = int.MaxValue }];
    }
}
