using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;

namespace Billing.MonthClose.Books.Invoices;

/// <summary>
/// Which days of the recurring fee an invoice bills: from the day after the last that was billed, to the end of the term that ends in the month.
/// So the billed days of an account tile the time line, whatever becomes of its anchor day, its plan and its months.
/// </summary>
/// <param name="From">The first day that is not billed yet.</param>
/// <param name="Through">The last day that this invoice bills; before <paramref name="From"/> when it bills none.</param>
/// <remarks>
/// The anchor moves from 1 to 15 after October is closed. The first term after the change is a part of a whole one:
/// <code>
///   1 Oct             1 Nov     15 Nov          15 Dec
///   |-----------------|---------|---------------|
///     billed in Oct     14/31     billed in Dec
/// </code>
/// </remarks>
public readonly record struct FeeDays(DateOnly From, DateOnly Through)
{
    public bool IsEmpty => Through < From;

    /// <param name="account">As the invoice sees it.</param>
    /// <param name="period">The invoice's month.</param>
    /// <param name="first">The first month that was ever closed here. What came before it was billed elsewhere.</param>
    public static FeeDays Of(Account account, BillingPeriod period, BillingPeriod first)
    {
        var term = DaySpan.TermEndingIn(period, account.AnchorDay);
        var begin = account.FeeThrough?.AddDays(1)
            ?? (account.JoinedOn is null ? term.FirstDay : DaySpan.TermEndingIn(first < period ? first : period, account.AnchorDay).FirstDay);
        // The term that closing cuts short is billed in the month of the closing: no later month looks at a closed account's fee.
        var end = account.ClosedOn is { } closed && closed <= period.LastDay ? closed : term.LastDay;
        // Whoever left before the first of our months left nothing for us to bill.
        if (account.FeeThrough is null && account.ClosedOn < (account.JoinedOn is null ? period : first).FirstDay)
            end = begin.AddDays(-1);
        return new FeeDays(account.JoinedOn is { } joined && joined > begin ? joined : begin, end);
    }

    /// <summary>The days cut at the anchor day, each part with the whole term that it is a part of.</summary>
    public IEnumerable<(DaySpan Days, DaySpan Term)> Terms(int anchorDay)
    {
        for (var from = From; from <= Through;)
        {
            var term = DaySpan.TermContaining(from, anchorDay);
            var last = term.LastDay < Through ? term.LastDay : Through;
            yield return (new DaySpan(from, last), term);
            from = last.AddDays(1);
        }
    }

    /// <summary>The last day that is billed after this invoice.</summary>
    public DateOnly After => IsEmpty ? From.AddDays(-1) : Through;

    /// <summary>The last day that is billed when this invoice is put off.</summary>
    public DateOnly Before => From.AddDays(-1);
}
