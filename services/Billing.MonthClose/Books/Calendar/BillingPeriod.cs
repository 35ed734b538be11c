using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using NodaTime;

namespace Billing.MonthClose.Books.Calendar;

/// <summary>
/// A calendar month in an account's time zone, written <c>2026-10</c>. The first and the last day are both billed.
/// As instants it is half-open, so periods tile the time line with no gap and no overlap.
/// </summary>
public readonly record struct BillingPeriod : IComparable<BillingPeriod>
{
    BillingPeriod(int year, int month) => (Year, Month) = (year, month);

    public int Year { get; }
    public int Month { get; }

    public DateOnly FirstDay => new(Year, Month, 1);
    public DateOnly LastDay => new(Year, Month, DateTime.DaysInMonth(Year, Month));
    public DaySpan Span => new(FirstDay, LastDay);
    public BillingPeriod Next => Containing(FirstDay.AddMonths(1));
    public BillingPeriod Previous => Containing(FirstDay.AddMonths(-1));

    /// <summary>Year and month as one number that sorts: 202610.</summary>
    public int Number => Year * 100 + Month;

    public static BillingPeriod Containing(DateOnly day) => new(day.Year, day.Month);

    public static BillingPeriod FromNumber(int number) => Containing(new DateOnly(number / 100, number % 100, 1));

    /// <summary>The month in whose local calendar the instant lies.</summary>
    public static BillingPeriod Containing(DateTimeOffset instant, string timeZone) => Containing(Zones.DayOf(instant, timeZone));

    /// <summary>Midnight at the start of the first day; where that hour does not exist, the first instant of the day.</summary>
    public DateTimeOffset StartsAt(string timeZone) => Zones.StartOf(FirstDay, timeZone);

    /// <summary>The start of the day after the last, exclusive.</summary>
    public DateTimeOffset EndsAt(string timeZone) => Zones.StartOf(LastDay.AddDays(1), timeZone);

    public static bool TryParse([NotNullWhen(true)] string? text, out BillingPeriod period)
    {
        var valid = DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and < 2200;
        period = valid ? Containing(day) : default;
        return valid;
    }

    /// <exception cref="FormatException">The text is not a month written like 2026-10.</exception>
    public static BillingPeriod Parse(string text) =>
        TryParse(text, out var period) ? period : throw new FormatException($"\"{text}\" is no billing period; expected a month such as 2026-10.");

    public int CompareTo(BillingPeriod other) => Number.CompareTo(other.Number);
    public static bool operator <(BillingPeriod left, BillingPeriod right) => left.CompareTo(right) < 0;
    public static bool operator >(BillingPeriod left, BillingPeriod right) => left.CompareTo(right) > 0;
    public static bool operator <=(BillingPeriod left, BillingPeriod right) => left.CompareTo(right) <= 0;
    public static bool operator >=(BillingPeriod left, BillingPeriod right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}");
}

/// <summary>Whole days. The first and the last are both billed, so a single day has <c>Days</c> = 1.</summary>
public readonly record struct DaySpan(DateOnly FirstDay, DateOnly LastDay)
{
    public int Days => LastDay.DayNumber - FirstDay.DayNumber + 1;

    /// <summary>The days that both have, or null when they have none.</summary>
    public DaySpan? Overlap(DateOnly? from, DateOnly? to)
    {
        var first = from is { } f && f > FirstDay ? f : FirstDay;
        var last = to is { } t && t < LastDay ? t : LastDay;
        return first <= last ? new DaySpan(first, last) : null;
    }

    /// <summary>
    /// What is owed of an amount for some days of a whole: amount × days / days, as the line prints it. It is not rounded: the line is, once.
    /// </summary>
    public static decimal Prorate(decimal amount, int daysUsed, int daysOfPeriod) => daysUsed == daysOfPeriod ? amount : amount * daysUsed / daysOfPeriod;

    /// <summary>
    /// The term of a recurring fee that ends in the month. A fee is billed in arrears, and each month holds the last day of exactly one term.
    /// </summary>
    /// <remarks>
    /// Anchor day 31 means the last day of a shorter month, and the 31st again afterwards:
    /// <code>
    ///   31 Jan          28 Feb           31 Mar
    ///   |---------------|----------------|-------
    ///        term ends 27 Feb   term ends 30 Mar
    /// </code>
    /// </remarks>
    public static DaySpan TermEndingIn(BillingPeriod period, int anchorDay)
    {
        // Anchor day 1 is the one whose term ends on the month's own last day; every other ends the day before the anchor inside the month.
        var next = anchorDay == 1 ? period.Next : period;
        return new DaySpan(AnchorIn(next.Previous, anchorDay), AnchorIn(next, anchorDay).AddDays(-1));
    }

    /// <summary>The term of a recurring fee in which the day lies.</summary>
    public static DaySpan TermContaining(DateOnly day, int anchorDay)
    {
        var month = BillingPeriod.Containing(day);
        var term = TermEndingIn(month, anchorDay);
        return day <= term.LastDay ? term : TermEndingIn(month.Next, anchorDay);
    }

    static DateOnly AnchorIn(BillingPeriod month, int anchorDay) =>
        new(month.Year, month.Month, Math.Min(anchorDay, month.LastDay.Day));
}

/// <summary>Calendar arithmetic in IANA time zones; the zones' history comes with NodaTime, not from the machine.</summary>
public static class Zones
{
    public static bool IsKnown(string id) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is not null;

    public static DateOnly DayOf(DateTimeOffset instant, string timeZone) =>
        Instant.FromDateTimeOffset(instant).InZone(DateTimeZoneProviders.Tzdb[timeZone]).Date.ToDateOnly();

    public static DateTimeOffset StartOf(DateOnly day, string timeZone) =>
        DateTimeZoneProviders.Tzdb[timeZone].AtStartOfDay(LocalDate.FromDateOnly(day)).ToDateTimeOffset().ToUniversalTime();

    /// <summary>An hour of a local day. One that the clock skips is as much later; of one that it shows twice, the first.</summary>
    public static DateTimeOffset At(DateOnly day, TimeOnly time, string timeZone) =>
        DateTimeZoneProviders.Tzdb[timeZone].AtLeniently(LocalDate.FromDateOnly(day) + LocalTime.FromTimeOnly(time)).ToDateTimeOffset().ToUniversalTime();
}
