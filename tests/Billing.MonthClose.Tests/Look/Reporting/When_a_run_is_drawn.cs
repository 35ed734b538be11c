using Billing.Views.MonthClose;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

public sealed class When_a_run_is_drawn
{
    static readonly DateTimeOffset Start = new(2026, 11, 1, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Should_begin_at_zero_and_tell_what_had_ended_by_then() => Assert.Equal(
        [new RunPoint(Start, 0), new RunPoint(Start.AddSeconds(2.5), 400), new RunPoint(Start.AddSeconds(7), 600)],
        RunCurve.Of(Start, 1000, [Start.AddSeconds(7), Start.AddSeconds(2.1), null, Start.AddSeconds(2.5), null]));

    [Fact]
    public void Should_end_with_all_accounts_and_have_no_more_points_than_a_picture()
    {
        var curve = RunCurve.Of(Start, 1_000_000, [.. Enumerable.Range(1, 5000).Select(i => (DateTimeOffset?)Start.AddSeconds(i * 0.7))]);
        Assert.InRange(curve.Count, 100, RunCurve.MostPoints + 2);
        Assert.Equal(new RunPoint(Start.AddSeconds(3500), 1_000_000), curve[^1]);
        Assert.Equal(curve.OrderBy(point => point.Ended), curve);
    }

    [Fact]
    public void Should_be_one_point_before_anything_has_ended() => Assert.Equal([new RunPoint(Start, 0)], RunCurve.Of(Start, 10, [null]));
}
