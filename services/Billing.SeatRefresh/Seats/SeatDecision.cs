using Billing.SeatRefresh.Plans;

namespace Billing.SeatRefresh.Seats;

/// <summary>What was bought. The first and the last day of the term both belong to it.</summary>
public sealed record Terms(string Plan, int Seats, bool Trial, DateOnly TermStart, DateOnly TermEnd);

/// <summary>The result of a count. When any of it changes, <c>SeatUsageChanged</c> is published.</summary>
public sealed record SeatCount(int Seats, int InUse, int MaxUsed, int Owed)
{
    public int Remaining => Math.Max(0, Seats - MaxUsed);
}

/// <summary>The high-water mark, and when it was set or began anew.</summary>
public sealed record HighWaterMark(int MaxUsed, DateTimeOffset? SetAt);

/// <summary>How seats are counted: in use, then maximum, then owed.</summary>
static class SeatDecision
{
    /// <summary>Seats were bought on a billable plan and it is no trial.</summary>
    public static bool IsBillable(Terms terms, Plan plan) => !terms.Trial && terms.Seats > 0 && plan.Billable;

    /// <summary>The subscription is billable now and either its trial ended or a new term began, so that the next count begins a new mark.</summary>
    public static bool BeginsAnew(Terms before, Terms after, Plan plan) => IsBillable(after, plan) && (before.Trial || IsNewTerm(before, after));

    /// <summary>
    /// Whether the next count begins a new mark already. A renewal may be recorded long before its term: the mark of the term that runs stays until a count
    /// sees the new one begun, or what is owed for the rest of the old one would be forgotten. The trial of who buys is over at once.
    /// </summary>
    public static bool BeginsAnewAt(DateTimeOffset now, Terms before, Terms after, Plan plan) =>
        BeginsAnew(before, after, plan) && (before.Trial || after.TermStart <= DayOf(now));

    //   TermStart   TermEnd
    //   |-----------|                 before
    //               |-----------|     after: both ends moved, and it does not begin before the old one ended
    static bool IsNewTerm(Terms before, Terms after) =>
        after.TermStart != before.TermStart && after.TermEnd != before.TermEnd && after.TermStart >= before.TermEnd;

    public static (SeatCount Count, HighWaterMark Mark) Decide(Terms terms, Plan plan, HighWaterMark old, bool beginsAnew, int inUse, DateTimeOffset now)
    {
        var billable = IsBillable(terms, plan);
        var reset = billable && (beginsAnew || IsOfAnEarlierTerm(old, terms, now));
        var mark = reset || inUse > old.MaxUsed || old.SetAt is null ? new HighWaterMark(inUse, now) : old;
        var owed = billable ? Math.Max(0, mark.MaxUsed - terms.Seats) : 0;
        return (new SeatCount(terms.Seats, inUse, mark.MaxUsed, owed), mark);
    }

    // Days are those of UTC: the subscription's own zone is not known here. A term that is still to come leaves the mark alone until it begins.
    static bool IsOfAnEarlierTerm(HighWaterMark mark, Terms terms, DateTimeOffset now) =>
        mark.SetAt is { } setAt && DayOf(setAt) < terms.TermStart && terms.TermStart <= DayOf(now);

    static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);
}
