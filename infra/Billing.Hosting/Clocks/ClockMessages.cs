namespace Billing.Hosting.Clocks;

/// <summary>What the owner of the test clock says to every process: how far the clock is ahead, and that it wants to be answered.</summary>
/// <param name="Ahead">Ticks that the test clock is ahead of the wall.</param>
/// <param name="Round">Comes back with the answer.</param>
sealed record ClockTold(long Ahead, long Round);

/// <summary>What a process answers.</summary>
/// <param name="Instance">The process.</param>
/// <param name="Service">Whose process it is.</param>
/// <param name="Round">Which question it answers.</param>
/// <param name="Ahead">As far as its own clock is ahead, in ticks.</param>
/// <param name="Taken">Messages that it has taken since it was started.</param>
/// <param name="Busy">What is under way or due, in words; nothing when it is idle.</param>
/// <param name="NextDue">When something is due next, by the test clock.</param>
public sealed record ClockAnswer(
    Guid Instance, string Service, long Round, long Ahead, long Taken, IReadOnlyList<string> Busy, DateTimeOffset? NextDue);
