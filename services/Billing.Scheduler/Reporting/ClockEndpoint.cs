using Billing.Clock;
using Billing.Scheduler.Advancing;

namespace Billing.Scheduler.Reporting;

static class ClockEndpoint
{
    public static void MapClockView(this WebApplication app) => app.MapGet("/api/clock", (TimeProvider clock, ClockView view) => TypedResults.Ok(new ClockShown(
        clock.GetUtcNow(), clock is TestClock, (clock as TestClock)?.Ahead, view.Target, view.WaitsFor, view.NextDue)));
}

/// <summary>By which clock the installation runs, and what time it is.</summary>
/// <param name="Now">By that clock.</param>
/// <param name="IsTestClock">False when it is the real one.</param>
/// <param name="Ahead">How far a test clock is ahead of the real time.</param>
/// <param name="Target">Where a test clock is sent; null when it stands where it was sent.</param>
/// <param name="WaitsFor">What is under way, or does not answer.</param>
/// <param name="NextDue">When something is due next, in any service.</param>
public sealed record ClockShown(
    DateTimeOffset Now, bool IsTestClock, TimeSpan? Ahead, DateTimeOffset? Target, IReadOnlyList<string> WaitsFor, DateTimeOffset? NextDue);
