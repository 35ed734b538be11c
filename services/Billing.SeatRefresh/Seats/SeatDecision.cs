using Billing.SeatRefresh.Plans;

namespace Billing.SeatRefresh.Seats;

/// <summary>What was bought. The first and the last day of the term both belong to it.</summary>
public sealed record Terms(string Plan, int Seats, bool Trial, DateOnly TermStart, DateOnly TermEnd, bool Ended = false);

/// <summary>The result of a count. When any of it changes, <c>SeatUsageChanged</c> is published.</summary>
public sealed record SeatCount(int Seats, int InUse, int MaxUsed, int Owed)
{
    public int Remaining => Math.Max(0, Seats - MaxUsed);
}

/// <summary>The high-water mark, and when it was set or began anew.</summary>
public sealed record HighWaterMark(int MaxUsed, DateTimeOffset? SetAt)
{
    /// <summary>The mark of another term, in case the term is corrected and it turns out to be of this one.</summary>
    public HighWaterMark? Other { get; init; }
}

/// <summary>How seats are counted: in use, then maximum, then owed.</summary>
static class SeatDecision
{
    /// <summary>Seats were bought on a billable plan, it is no trial, and it has not ended.</summary>
    public static bool IsBillable(Terms terms, Plan plan) => !terms.Ended && !terms.Trial && terms.Seats > 0 && plan.Billable;

    /// <summary>
    /// The trial is over and the subscription is billable, so that the next count begins a new mark. A mark that is older than the trial was set while it was
    /// paid: then the trial was a slip, or a paid term goes on, and the mark with it.
    /// </summary>
    public static bool BeginsAnew(Terms before, Terms after, Plan plan, DateTimeOffset? markSetAt, DateTimeOffset? trialSince) =>
        IsBillable(after, plan) && before.Trial && (markSetAt is null || trialSince is null || markSetAt >= trialSince);

    public static (SeatCount Count, HighWaterMark Mark) Decide(Terms terms, Plan plan, HighWaterMark old, bool beginsAnew, int inUse, DateTimeOffset now)
    {
        var billable = IsBillable(terms, plan);
        var mark = billable && beginsAnew ? new HighWaterMark(inUse, now) : MarkOf(terms, billable, old, inUse, now);
        var owed = billable ? Math.Max(0, mark.MaxUsed - terms.Seats) : 0;
        return (new SeatCount(terms.Seats, inUse, mark.MaxUsed, owed), mark);
    }

    //   TermStart of before   TermStart of after
    //   |---------------------|------------------|
    //          the mark: of before, and not of after, in whatever order the two terms were told
    /// <summary>
    /// The date of a mark says to which term it belongs, and nothing else does. The mark of another term is kept aside: what was told as the start of a term
    /// may be corrected.
    /// </summary>
    static HighWaterMark MarkOf(Terms terms, bool billable, HighWaterMark old, int inUse, DateTimeOffset now)
    {
        var current = !billable || IsOfTheTerm(old, terms, now) ? old : null;
        var other = old.Other is { } kept && billable && terms.TermStart <= DayOf(kept.SetAt!.Value) && kept.MaxUsed > (current?.MaxUsed ?? -1) ? kept : null;
        var best = other ?? current;
        if (best?.SetAt is null || inUse > best.MaxUsed)
            best = new HighWaterMark(inUse, now);
        var aside = ((HighWaterMark?[])[old, old.Other]).FirstOrDefault(mark => mark?.SetAt is not null && mark.SetAt != best.SetAt && !IsOutdone(mark, best));
        return best with { Other = aside is null ? null : aside with { Other = null } };
    }

    static bool IsOutdone(HighWaterMark mark, HighWaterMark by) => by.SetAt >= mark.SetAt && by.MaxUsed >= mark.MaxUsed;

    // Days are those of UTC: the subscription's own zone is not known here. A term that is still to come leaves the mark alone until it begins.
    static bool IsOfTheTerm(HighWaterMark mark, Terms terms, DateTimeOffset now) =>
        mark.SetAt is not { } setAt || terms.TermStart <= DayOf(setAt) || terms.TermStart > DayOf(now);

    static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);
}
