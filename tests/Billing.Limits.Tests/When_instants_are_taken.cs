using Microsoft.Extensions.Configuration;
using Xunit;

namespace Billing.Limits.Tests;

public class When_instants_are_taken
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(50), InlineData(99), InlineData(100), InlineData(10_000)]
    public void Should_be_no_more_than_the_limit_in_a_second_however_late_each_is_used(int perSecond)
    {
        var spacing = Pace.Spacing(perSecond);
        var random = new Random(perSecond);
        var used = Enumerable.Range(0, perSecond * 3).Select(i => i * spacing + random.NextDouble() * Pace.Grace.TotalMicroseconds).Order().ToList();
        var most = Enumerable.Range(0, used.Count).Max(first => used.Skip(first).Take(perSecond + 1).TakeWhile(at => at < used[first] + 1_000_000).Count());
        Assert.InRange(most, 1, perSecond);
        Assert.True(1_000_000 / spacing >= perSecond * 0.95);
    }

    [Fact]
    public void Should_go_on_where_the_last_ended() => Assert.Equal((5_000, 5_000 + 2 * 10_450), Pace.Take(nextFree: 5_000, now: 1_000, lead: 0, perSecond: 100, count: 2));

    [Fact]
    public void Should_begin_now_when_nobody_asked_for_long() => Assert.Equal((9_000_300, 9_000_300 + 10_450), Pace.Take(nextFree: 5, now: 9_000_000, lead: 300, perSecond: 100, count: 1));

    [Fact]      // clock steps back
    public void Should_wait_a_second_after_the_clock_was_put_back() =>
        Assert.Equal(1_000_000 + 1_045_000, Pace.Take(nextFree: 3_600_000_000, now: 1_000_000, lead: 0, perSecond: 100, count: 1).First);

    [Fact]
    public void Should_know_the_other_clock_better_with_each_reading()
    {
        var offset = new ClockOffset();
        offset.Learn(asked: 1_000, heard: 9_000, database: 500_000);
        offset.Learn(asked: 20_000, heard: 21_000, database: 516_500);
        Assert.InRange(offset.NotBefore(600_000) - offset.Earliest(600_000), 0, 1_010);
        Assert.InRange(103_900, offset.Earliest(600_000), offset.NotBefore(600_000));

        offset.Learn(asked: 30_000, heard: 31_000, database: 9_000_000);        // put forward
        Assert.InRange(30_500, offset.Earliest(9_000_000), offset.NotBefore(9_000_000));
    }

    [Theory]
    [InlineData("250", 250), InlineData("0", 0), InlineData("unlimited", null)]
    public void Should_be_configured(string value, int? expected) =>
        Assert.Equal(new LimitSetting(expected), new LimitDefaults().Add("gateway", 100).Read(Configured("gateway", value)).Settings["gateway"]);

    [Theory]
    [InlineData("gateway", "-1", "permits a second from 0"), InlineData("gateway", "fast", "permits a second from 0"), InlineData("getaway", "1", "one of the limits gateway")]
    public void Should_be_refused_when_it_makes_no_sense(string name, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidOperationException>(() => new LimitDefaults().Add("gateway", 100).Read(Configured(name, value))).Message, StringComparison.Ordinal);

    static IConfiguration Configured(string name, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [$"Limits:{name}"] = value }).Build();
}
