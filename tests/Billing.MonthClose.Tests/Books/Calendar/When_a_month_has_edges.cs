using Billing.MonthClose.Books.Calendar;
using Xunit;

namespace Billing.MonthClose.Tests.Books.Calendar;

public class When_a_month_has_edges
{
    static readonly BillingPeriod October = BillingPeriod.Parse("2026-10");

    [Fact]
    public void Should_bill_the_first_and_the_last_day()
    {
        Assert.Equal(new DaySpan(new DateOnly(2026, 10, 1), new DateOnly(2026, 10, 31)), October.Span);
        Assert.Equal(31, October.Span.Days);
    }

    [Theory]    // zone east and west of UTC at the month's edge
    [InlineData("2026-10-31T10:59:59Z", "Pacific/Auckland", "2026-10")]
    [InlineData("2026-10-31T11:00:00Z", "Pacific/Auckland", "2026-11")]
    [InlineData("2026-11-01T06:59:59Z", "America/Los_Angeles", "2026-10")]
    [InlineData("2026-11-01T07:00:00Z", "America/Los_Angeles", "2026-11")]
    [InlineData("2026-10-31T23:59:59.9999999Z", "UTC", "2026-10")]
    public void Should_let_the_local_calendar_decide_the_month(string instant, string zone, string period) =>
        Assert.Equal(period, BillingPeriod.Containing(Instant(instant), zone).ToString());

    [Theory]
    [InlineData("Pacific/Auckland"), InlineData("America/Los_Angeles"), InlineData("UTC"), InlineData("Asia/Beirut"), InlineData("America/Sao_Paulo")]
    public void Should_tile_the_time_line_with_no_gap_and_no_overlap(string zone)
    {
        for (var period = BillingPeriod.Parse("2015-01"); period < BillingPeriod.Parse("2030-01"); period = period.Next)
        {
            Assert.Equal(period.EndsAt(zone), period.Next.StartsAt(zone));
            Assert.Equal(period, BillingPeriod.Containing(period.StartsAt(zone), zone));
            Assert.Equal(period, BillingPeriod.Containing(period.EndsAt(zone).AddTicks(-1), zone));
        }
    }

    [Fact]      // DST inside a period: in Los Angeles the clocks go back on 1 November, in Auckland forward on 27 September
    public void Should_have_an_hour_more_or_less_where_the_clocks_change()
    {
        var november = BillingPeriod.Parse("2026-11");
        var september = BillingPeriod.Parse("2026-09");
        Assert.Equal(30 * 24 + 1, (november.EndsAt("America/Los_Angeles") - november.StartsAt("America/Los_Angeles")).TotalHours);
        Assert.Equal(30 * 24 - 1, (september.EndsAt("Pacific/Auckland") - september.StartsAt("Pacific/Auckland")).TotalHours);
    }

    [Theory]
    [InlineData("2026-13"), InlineData("2026-1"), InlineData("26-10"), InlineData(""), InlineData(null), InlineData("2026-10-01"), InlineData("1999-12")]
    public void Should_refuse_what_is_no_month(string? text) => Assert.False(BillingPeriod.TryParse(text, out _));

    static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

public class When_a_fee_has_an_anchor_day
{
    [Theory]    // month-end anchor 31, leap day
    [InlineData("2026-10", 1, "2026-10-01", "2026-10-31")]
    [InlineData("2026-10", 15, "2026-09-15", "2026-10-14")]
    [InlineData("2026-02", 31, "2026-01-31", "2026-02-27")]
    [InlineData("2026-03", 31, "2026-02-28", "2026-03-30")]
    [InlineData("2026-04", 31, "2026-03-31", "2026-04-29")]
    [InlineData("2026-05", 31, "2026-04-30", "2026-05-30")]
    [InlineData("2028-02", 29, "2028-01-29", "2028-02-28")]
    [InlineData("2028-03", 29, "2028-02-29", "2028-03-28")]
    [InlineData("2027-03", 29, "2027-02-28", "2027-03-28")]
    public void Should_bill_the_term_that_ends_in_the_month(string period, int anchor, string first, string last) =>
        Assert.Equal(new DaySpan(DateOnly.Parse(first), DateOnly.Parse(last)), DaySpan.TermEndingIn(BillingPeriod.Parse(period), anchor));

    [Fact]
    public void Should_tile_the_years_whatever_the_anchor()
    {
        for (var anchor = 1; anchor <= 31; anchor++)
            for (var period = BillingPeriod.Parse("2024-01"); period < BillingPeriod.Parse("2032-01"); period = period.Next)
                Assert.Equal(DaySpan.TermEndingIn(period, anchor).LastDay.AddDays(1), DaySpan.TermEndingIn(period.Next, anchor).FirstDay);
    }
}
