namespace Billing.MonthClose.Dunning;

/// <summary>When a refused charge is tried again, counted from the refusal.</summary>
public sealed class DunningOptions
{
    public const string Section = "Dunning";

    /// <summary>
    /// Pauses before each retry; after the last one fails, the account goes on hold. Default 1, 3, 5 and 7 days: most soft declines heal
    /// within a pay cycle of two weeks. None means hold at the first failure.
    /// </summary>
    public TimeSpan[]? RetryAfter { get; set; }

    public IReadOnlyList<TimeSpan> Retries => RetryAfter ?? Default;

    static readonly TimeSpan[] Default = [TimeSpan.FromDays(1), TimeSpan.FromDays(3), TimeSpan.FromDays(5), TimeSpan.FromDays(7)];
}

/// <summary>What follows from a refused charge.</summary>
public abstract record DunningDecision
{
    DunningDecision() { }

    public sealed record Retry(DateTimeOffset At) : DunningDecision;

    public sealed record Hold(string Reason) : DunningDecision;

    /// <param name="attempt">Which attempt was refused, from 1.</param>
    /// <param name="hard">A hard decline or a missing payment method is not retried: the same card cannot succeed.</param>
    public static DunningDecision Decide(int attempt, bool hard, string code, DateTimeOffset refusedAt, IReadOnlyList<TimeSpan> retries) =>
        hard ? new Hold($"declined for good: {code}")
        : attempt > retries.Count ? new Hold($"declined {attempt} times, last: {code}")
        : new Retry(refusedAt + retries[attempt - 1]);
}
