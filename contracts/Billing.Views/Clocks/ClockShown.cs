namespace Billing.Views.Clocks;

/// <summary>By which clock the installation runs, and what time it is: the answer of <c>GET api/clock</c> of the scheduler.</summary>
/// <param name="Now">By that clock.</param>
/// <param name="IsTestClock">False when it is the real one.</param>
/// <param name="Ahead">How far a test clock is ahead of the real time.</param>
/// <param name="Target">Where a test clock is sent; null when it stands where it was sent.</param>
/// <param name="WaitsFor">What is under way, or does not answer.</param>
/// <param name="NextDue">When something is due next, in any service.</param>
public sealed record ClockShown(
    DateTimeOffset Now, bool IsTestClock, TimeSpan? Ahead, DateTimeOffset? Target, IReadOnlyList<string> WaitsFor, DateTimeOffset? NextDue);
