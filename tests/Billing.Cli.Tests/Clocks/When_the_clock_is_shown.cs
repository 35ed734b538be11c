using Billing.Cli.Clocks;
using Billing.Views.Clocks;

namespace Billing.Cli.Tests.Clocks;

public class When_the_clock_is_shown
{
    static readonly DateTimeOffset Now = DateTimeOffset.Parse("2027-09-01T13:00:05Z");

    [Fact]
    public void Should_say_that_the_real_time_is_kept() =>
        Assert.StartsWith("This installation runs by the real time.", Assert.Single(ClockVerb.Text(new(Now, false, null, null, [], null))), StringComparison.Ordinal);

    [Fact]
    public void Should_say_what_a_test_clock_shows_and_when_something_is_due() => Assert.Equal(
        ["Test clock: 2027-09-01 13:00:05Z, 275 days and 01:02:03 ahead of the real time; next due 2027-09-02 02:30:00Z"],
        ClockVerb.Text(new(Now, true, new TimeSpan(275, 1, 2, 3), null, [], DateTimeOffset.Parse("2027-09-02T02:30:00Z"))));

    [Fact]
    public void Should_say_where_it_is_sent_and_what_it_waits_for() => Assert.Equal(
        ["Test clock: 2027-09-01 13:00:05Z, 01:02:03 ahead of the real time; on its way to 2027-10-01 00:00:00Z", "  waits: month-close: charges are pending"],
        ClockVerb.Text(new(Now, true, new TimeSpan(1, 2, 3), DateTimeOffset.Parse("2027-10-01T00:00:00Z"), ["month-close: charges are pending"], null)));
}
