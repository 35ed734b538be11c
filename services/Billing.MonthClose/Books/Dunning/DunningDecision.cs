using Billing.MonthClose.Books.Holds;

namespace Billing.MonthClose.Books.Dunning;

/// <summary>A refusal, and what is known of the account when it is booked.</summary>
public sealed record RefusalFacts
{
    /// <summary>Which attempt was refused, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>A hard decline or a missing payment method: the same card cannot succeed.</summary>
    public required bool Hard { get; init; }

    public required string Code { get; init; }
    public required DateTimeOffset RefusedAt { get; init; }
    public required string TimeZone { get; init; }
    public required DunningPolicy Policy { get; init; }

    /// <summary>The customer gave another payment method while this one was being asked.</summary>
    public bool MethodChanged { get; init; }
}

/// <summary>What follows from a refused charge.</summary>
public abstract record DunningDecision
{
    DunningDecision() { }

    /// <param name="At">The next try.</param>
    /// <param name="Overdue">What the account comes to.</param>
    /// <param name="IsLast">The account goes on hold when the next one is refused as well.</param>
    public sealed record Retry(DateTimeOffset At, OverdueState Overdue, bool IsLast) : DunningDecision;

    public sealed record Hold(string Reason) : DunningDecision;

    public static DunningDecision Decide(RefusalFacts refusal) =>
        refusal is { Hard: true, MethodChanged: true } ? new Retry(refusal.RefusedAt, OverdueState.None, IsLast: false)
        : refusal.Hard ? new Hold($"declined for good: {refusal.Code}")
        : refusal.Attempt > refusal.Policy.Retries ? new Hold($"declined {refusal.Attempt} times, last: {refusal.Code}")
        : new Retry(refusal.Policy.NextTry(refusal.Attempt, refusal.RefusedAt, refusal.TimeZone), refusal.Policy.After(refusal.Attempt),
            IsLast: refusal.Attempt == refusal.Policy.Retries);
}
