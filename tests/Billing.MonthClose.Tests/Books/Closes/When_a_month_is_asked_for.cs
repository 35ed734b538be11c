using System.Globalization;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Xunit;

namespace Billing.MonthClose.Tests.Books.Closes;

public class When_a_month_is_asked_for
{
    static readonly string[] Zones = ["UTC", "Pacific/Auckland", "America/Los_Angeles"];

    [Theory]
    [InlineData("2026-12", "2026-11-28T12:00:00Z")]         // a month that has hardly begun anywhere
    [InlineData("2026-11", "2026-12-01T00:00:00Z")]         // over in Auckland and at UTC, not in Los Angeles
    [InlineData("2026-11", "2026-12-01T07:59:59Z")]
    public void Should_refuse_one_that_is_not_over_in_the_zone_of_every_account(string period, string now)
    {
        var why = Ask(period, now);
        Assert.Contains("America/Los_Angeles", why, StringComparison.Ordinal);
        Assert.Contains(period == "2026-12" ? "2027-01-01T08:00:00Z" : "2026-12-01T08:00:00Z", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_begin_at_the_instant_at_which_the_last_zone_is_through() => Assert.Null(Ask("2026-11", "2026-12-01T08:00:00Z"));

    [Fact]
    public void Should_go_by_UTC_when_there_is_no_account() =>
        Assert.Null(PeriodRule.WhyNot(BillingPeriod.Parse("2026-11"), [], [], At("2026-12-01T00:00:00Z"), outOfOrder: false));

    [Fact]
    public void Should_refuse_one_before_the_last_that_was_closed()
    {
        Assert.Contains("2026-11", Ask("2026-10", "2027-01-10T00:00:00Z", false, ("2026-11", true)), StringComparison.Ordinal);
        Assert.Null(Ask("2026-10", "2027-01-10T00:00:00Z", true, ("2026-11", true)));
    }

    [Fact]
    public void Should_refuse_one_whose_predecessor_is_open_or_was_passed_over()
    {
        Assert.Contains("2026-11 is open", Ask("2026-12", "2027-01-10T00:00:00Z", false, ("2026-11", false)), StringComparison.Ordinal);
        Assert.Contains("2026-11 is open", Ask("2026-12", "2027-01-10T00:00:00Z", false, ("2026-10", true)), StringComparison.Ordinal);
        Assert.Null(Ask("2026-12", "2027-01-10T00:00:00Z", true, ("2026-10", true)));
        Assert.Null(Ask("2026-12", "2027-01-10T00:00:00Z", false, ("2026-10", true), ("2026-11", true)));
    }

    [Fact]
    public void Should_never_let_a_month_begin_that_is_not_over_whatever_the_sender_says() =>
        Assert.NotNull(Ask("2026-12", "2026-11-28T12:00:00Z", outOfOrder: true));

    static string? Ask(string period, string now, bool outOfOrder = false, params (string Period, bool HasEnded)[] runs) => PeriodRule.WhyNot(
        BillingPeriod.Parse(period), Zones, [.. runs.Select(run => new KnownRun(BillingPeriod.Parse(run.Period), run.HasEnded))], At(now), outOfOrder);

    static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);
}
