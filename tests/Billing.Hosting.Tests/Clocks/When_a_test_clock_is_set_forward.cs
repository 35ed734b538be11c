using Billing.Clock;
using Billing.Testing;
using Xunit;

namespace Billing.Hosting.Tests.Clocks;

public class When_a_test_clock_is_set_forward
{
    readonly ManualTimeProvider _machine = new(DateTimeOffset.Parse("2026-10-15T03:00:00Z"));
    readonly TestClock _clock;

    public When_a_test_clock_is_set_forward() => _clock = new TestClock(_machine);

    [Fact]
    public void Should_be_ahead_of_the_machine_and_run_on()
    {
        Assert.True(_clock.SetAhead(TimeSpan.FromDays(3)));
        _machine.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(_machine.GetUtcNow().AddDays(3), _clock.GetUtcNow());
    }

    [Fact]
    public void Should_never_go_back()
    {
        _clock.SetAhead(TimeSpan.FromDays(3));
        Assert.False(_clock.SetAhead(TimeSpan.FromDays(2)));
        Assert.False(_clock.SetAhead(TimeSpan.FromDays(3)));
        Assert.Equal(TimeSpan.FromDays(3), _clock.Ahead);
    }

    [Fact]
    public async Task Should_fire_what_was_to_fire_within_the_time_that_passed()
    {
        var (soon, late) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var first = _clock.CreateTimer(_ => soon.TrySetResult(), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
        await using var second = _clock.CreateTimer(_ => late.TrySetResult(), null, TimeSpan.FromHours(5), Timeout.InfiniteTimeSpan);
        _clock.SetAhead(TimeSpan.FromHours(2));
        _machine.Advance(TimeSpan.Zero);        // a timer that fires at once fires when the machine's time is looked at
        await Eventually.HoldsAsync(() => Task.FromResult(soon.Task.IsCompleted), "the one within two hours has fired");
        Assert.False(late.Task.IsCompleted);
    }

    [Fact]
    public void Should_measure_durations_by_the_machine()
    {
        var began = _clock.GetTimestamp();
        _clock.SetAhead(TimeSpan.FromDays(365));
        Assert.Equal(TimeSpan.Zero, _clock.GetElapsedTime(began));
        Assert.Same(_machine, _clock.OfTheMachine());
        Assert.Same(_machine, _machine.OfTheMachine());
    }
}
