using Billing.MonthClose.Books.Calendar;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Billing.MonthClose.Tests.Laws;

public class Laws_of_proration
{
    static readonly Gen<BillingPeriod> Period = Gen.Choose(0, 1199).Select(month => BillingPeriod.Containing(new DateOnly(2000, 1, 1).AddMonths(month)));

    [Fact]
    public void Days_of_any_cut_add_up_to_the_whole_and_shares_to_one() =>
        Law.Holds(from period in Period from anchor in Gen.Choose(1, 31) from cuts in Gen.Choose(1, 31).ListOf() select (period, anchor, cuts), one =>
        {
            var whole = DaySpan.TermEndingIn(one.period, one.anchor);
            var starts = one.cuts.Select(cut => whole.FirstDay.AddDays(cut)).Where(day => day <= whole.LastDay).Append(whole.FirstDay).Distinct().Order().ToList();
            var parts = starts.Select((start, i) => whole.Overlap(start, i + 1 < starts.Count ? starts[i + 1].AddDays(-1) : null)!.Value).ToList();

            Assert.Equal(whole.Days, parts.Sum(part => part.Days));
            // not rounded: far less than a minor unit is lost, however large the amount
            Assert.True(Math.Abs(parts.Sum(part => DaySpan.Prorate(999_999_999.99m, part.Days, whole.Days)) - 999_999_999.99m) < 1e-12m);
            Assert.Equal(999_999_999.99m, DaySpan.Prorate(999_999_999.99m, whole.Days, whole.Days));
        });

    [Fact]
    public void A_share_is_what_the_printed_formula_gives() =>
        Assert.Equal(16_129_032.26m, Math.Round(DaySpan.Prorate(50_000_000.00m, 10, 31), 2, MidpointRounding.AwayFromZero));

    [Fact]
    public void Terms_of_any_anchor_tile_the_time_line_and_each_month_ends_one() =>
        Law.Holds(from period in Period from anchor in Gen.Choose(1, 31) select (period, anchor), one =>
        {
            var (term, next) = (DaySpan.TermEndingIn(one.period, one.anchor), DaySpan.TermEndingIn(one.period.Next, one.anchor));
            Assert.Equal(term.LastDay.AddDays(1), next.FirstDay);
            Assert.Equal(one.period, BillingPeriod.Containing(term.LastDay));
            Assert.InRange(term.Days, 28, 31);
        });

    [Fact]
    public void Periods_tile_the_time_line_in_any_zone() =>
        Law.Holds(from period in Period from zone in Gen.Elements("UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Apia", "Europe/Berlin", "Asia/Kathmandu", "America/Sao_Paulo") select (period, zone),
            one => Assert.Equal(one.period.EndsAt(one.zone), one.period.Next.StartsAt(one.zone)));
}
