using Billing.MonthClose.Books.Previews;
using Xunit;

namespace Billing.MonthClose.Tests.Books.Previews;

public sealed class When_months_are_compared
{
    [Theory]
    [InlineData(null, 0.0, MonthChange.Small)]
    [InlineData(0.0, 0.0, MonthChange.Small)]
    [InlineData(null, 5.0, MonthChange.New)]
    [InlineData(0.0, 5.0, MonthChange.New)]
    [InlineData(5.0, 0.0, MonthChange.Gone)]
    [InlineData(10.0, 15.0, MonthChange.Small)]
    [InlineData(10.0, 15.01, MonthChange.Changed)]
    [InlineData(10.0, 5.0, MonthChange.Small)]
    [InlineData(10.0, 4.99, MonthChange.Changed)]
    [InlineData(-10.0, 10.0, MonthChange.Changed)]
    public void Should_say_how_this_one_differs(double? before, double now, MonthChange expected) =>
        Assert.Equal(expected, MonthDifference.Of((decimal?)before, (decimal)now, 0.5m));

    [Theory]
    [InlineData(new[] { 100.0, 100, 100 }, 900, false)]                    // nothing is known of what is usual
    [InlineData(new[] { 100.0, 100, 100, 100 }, 130, false)]               // months that never differ: a twentieth is the least deviation
    [InlineData(new[] { 100.0, 100, 100, 100 }, 131, true)]
    [InlineData(new[] { 100.0, 100, 100, 100 }, 69, true)]
    [InlineData(new[] { 80.0, 100, 120, 90, 110 }, 150, false)]            // months that differ much: median 100, deviation 14.83
    [InlineData(new[] { 80.0, 100, 120, 90, 110 }, 190, true)]
    [InlineData(new[] { 100.0, 5000, 101, 99, 100 }, 5000, true)]          // one wild month does not hide the next
    public void Should_find_a_month_far_from_the_accounts_own(double[] earlier, double now, bool expected) =>
        Assert.Equal(expected, MonthDifference.IsOutlier([.. earlier.Select(one => (decimal)one)], (decimal)now));
}
