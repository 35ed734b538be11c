using System.Text.RegularExpressions;
using Billing.Scheduler.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.Scheduler.Tests.Advancing;

/// <summary>An installation that runs by the real time, and those that are mixed.</summary>
public sealed class When_a_clock_may_not_be_moved : IAsyncLifetime
{
    const string Told = """
        AdvanceClock rejected: To is 2027-09-01T00:00:00+00:00; expected an installation whose services were started with Clock:Tes…
            the same
        PauseSchedule accepted: schedule paused
            unchanged: it is paused since (then) by jane, through a plain message: the directory is being mov…
        ResumeSchedule accepted: schedule resumed
            unchanged: it is not paused
        RunScheduleNow accepted: schedule run
            the same
        ScheduleCommand accepted: scheduled-command scheduled
            unchanged: it is scheduled already, and waiting
        CancelScheduledCommand accepted: scheduled-command cancelled
            unchanged: it was cancelled at (then)
        ReplayFaults unchanged: no message of this cause is set aside
            the same
        DiscardFaults unchanged: no message of this cause is set aside
            the same
        """;

    static string WithoutTimes(string line) => Regex.Replace(line, @"(?<=since |at )2026-10-15T\d\d:\d\d:\d\dZ", "(then)");

    readonly SchedulerHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>The body of <c>contracts/README.md</c>, pasted as it stands there.</summary>
    [Fact]
    public async Task Should_reject_the_command_where_the_real_time_is_kept_and_obey_the_others()
    {
        await _house.StartAsync();
        Assert.Equal(Told.ReplaceLineEndings("\n"), string.Join('\n', (await new PastedCommands(_house.Broker).SayEachTwiceAsync("Scheduling")).Select(WithoutTimes)));
        Assert.False((await _house.ClockShownAsync()).GetProperty("isTestClock").GetBoolean());
    }

    [Fact]
    public async Task Should_be_red_beside_services_that_have_a_test_clock()
    {
        await _house.StartAsync(("Clock:Test", "true"), ("Clock:Services:0", "scheduler"));
        await _house.LaunchAsync();
        var (_, said) = await Eventually.HoldsAsync(() => _house.ReadinessAsync(1),
            seen => !seen.IsReady && seen.Said.Contains("\"clock\":{\"status\":\"Unhealthy\"", StringComparison.Ordinal), "the one by the real time is red");
        Assert.Contains("this installation has a test clock, and this service runs by the real time", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_be_red_while_a_service_does_not_hear_the_clock()
    {
        await _house.LaunchAsync(("Clock:Test", "true"), ("Clock:Services:0", "scheduler"), ("Clock:Services:1", "month-close"));
        await Eventually.HoldsAsync(() => _house.ReadinessAsync(0),
            seen => !seen.IsReady
                && seen.Said.Contains("month-close does not answer: is it up, and was it started with Clock:Test=true?", StringComparison.Ordinal),
            "the owner of the clock names who is missing");
    }
}
