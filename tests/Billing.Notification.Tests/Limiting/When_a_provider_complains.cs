using Billing.Notification.Limiting;
using Billing.Notification.Metrics;
using Billing.Notification.Settings;

namespace Billing.Notification.Tests.Limiting;

public sealed class When_a_provider_complains
{
    static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly AdaptiveOptions Options = new() { Ceiling = 100 };
    static readonly ProviderSignal Refused = new(3, 40, TimeSpan.FromMilliseconds(20));
    static readonly ProviderSignal Fine = new(0, 40, TimeSpan.FromMilliseconds(20));

    [Fact]
    public void Should_fall_by_half_and_say_why()
    {
        var (state, change) = AdaptiveLimit.After(new LimitState(100, Noon), Refused, Noon, Options);
        Assert.Equal(50, state.PerSecond);
        Assert.Equal(new LimitChange(100, 50, "3 refused with 429"), change);
    }

    [Fact]
    public void Should_take_an_echo_for_the_same_trouble_and_go_no_lower_than_the_floor()
    {
        var (state, _) = AdaptiveLimit.After(new LimitState(100, Noon), Refused, Noon, Options);
        Assert.Equal(50, AdaptiveLimit.After(state, Refused, Noon.AddMilliseconds(900), Options).State.PerSecond);
        for (var i = 1; i < 20; i++)
            (state, _) = AdaptiveLimit.After(state, Refused, Noon.AddSeconds(2 * i), Options);
        Assert.Equal(Options.Floor, state.PerSecond);
    }

    [Fact]
    public void Should_fall_when_it_becomes_slow()
    {
        var (state, _) = AdaptiveLimit.After(new LimitState(100, Noon), Fine, Noon, Options);
        var (slow, change) = AdaptiveLimit.After(state, Fine with { AverageLatency = TimeSpan.FromMilliseconds(900) }, Noon.AddSeconds(5), Options);
        Assert.Equal(80, slow.PerSecond);
        Assert.Equal("latency 900 ms, usually 20 ms", change!.Cause);
        Assert.Equal(TimeSpan.FromMilliseconds(20), slow.UsualLatency);
    }

    [Fact]
    public void Should_take_a_busy_machine_of_ours_for_no_slow_provider() =>
        Assert.Null(AdaptiveLimit.After(new LimitState(100, Noon, TimeSpan.FromMilliseconds(2)), Fine with { AverageLatency = TimeSpan.FromMilliseconds(90) },
            Noon.AddSeconds(5), Options).Change);

    [Fact]
    public void Should_recover_step_by_step_up_to_the_ceiling()
    {
        var state = new LimitState(50, Noon);
        Assert.Equal(50, AdaptiveLimit.After(state, Fine, Noon.AddSeconds(9), Options).State.PerSecond);
        var seen = new List<int>();
        for (var i = 1; i <= 7; i++)
        {
            (state, _) = AdaptiveLimit.After(state, Fine, Noon.AddSeconds(10 * i), Options);
            seen.Add(state.PerSecond);
        }

        Assert.Equal([60, 70, 80, 90, 100, 100, 100], seen);
    }

    [Fact]
    public void Should_learn_nothing_from_silence() =>
        Assert.Equal(50, AdaptiveLimit.After(new LimitState(50, Noon), new ProviderSignal(0, 0, null), Noon.AddHours(1), Options).State.PerSecond);

    [Fact]
    public void Should_recover_after_the_clock_stepped_back()
    {
        var (state, _) = AdaptiveLimit.After(new LimitState(50, Noon), Fine, Noon.AddHours(-1), Options);
        Assert.Equal(60, AdaptiveLimit.After(state, Fine, Noon.AddHours(-1).AddSeconds(10), Options).State.PerSecond);
    }

    [Fact]
    public void Should_alert_once_a_window_with_the_one_that_is_too_many()
    {
        var minute = TimeSpan.FromMinutes(1);
        var window = new ExceedanceWindow(null, 0);
        var told = new List<int>();
        for (var second = 0; second < 130; second++)
        {
            (window, var isDue) = Exceedances.Count(window, 1, Noon.AddSeconds(second), 10, minute);
            if (isDue)
                told.Add(second);
        }

        Assert.Equal([9, 69, 129], told);
    }

    [Fact]
    public void Should_alert_once_though_many_come_at_once_or_the_clock_steps_back()
    {
        var minute = TimeSpan.FromMinutes(1);
        var (window, isDue) = Exceedances.Count(new ExceedanceWindow(null, 0), 25, Noon, 10, minute);
        Assert.Equal((true, 25), (isDue, window.Count));
        Assert.False(Exceedances.Count(window, 25, Noon.AddSeconds(59), 10, minute).IsAlertDue);
        Assert.False(Exceedances.Count(window, 25, Noon.AddSeconds(-59), 10, minute).IsAlertDue);
        Assert.True(Exceedances.Count(window, 25, Noon.AddHours(-1), 10, minute).IsAlertDue);      // or nothing would be told for an hour
    }
}
