using Billing.SeatRefresh.Seats;

namespace Billing.SeatRefresh.Alerting;

/// <summary>What is worth saying about a count.</summary>
public abstract record AlertDecision
{
    AlertDecision() { }

    /// <param name="Threshold">Seats left at which it is said.</param>
    public sealed record NearLimit(int Threshold, int Remaining) : AlertDecision;

    /// <param name="Step">The power of two that what is owed has reached: reported at 1, 2, 4, 8 and so on, so that growth is reported and not each
    /// person.</param>
    public sealed record Overage(int Step, int Owed) : AlertDecision;

    /// <summary>Nothing is said of what nobody pays for.</summary>
    public static AlertDecision? Decide(SeatCount count, bool billable) =>
        !billable ? null
        : count.Owed > 0 ? new Overage(1 << (31 - int.LeadingZeroCount(count.Owed)), count.Owed)
        : count.Remaining <= ThresholdOf(count.Seats) ? new NearLimit(ThresholdOf(count.Seats), count.Remaining)
        : null;

    /// <summary>0-15 seats: 1 left; 16-25: 2 left; 26-99: 10 %; 100-999: 8 %; 1000 and more: 5 %, rounded down to whole seats.</summary>
    public static int ThresholdOf(int seats) => seats switch
    {
        <= 15 => 1,
        <= 25 => 2,
        <= 99 => seats * 10 / 100,
        <= 999 => seats * 8 / 100,
        _ => (int)(seats * 5L / 100)
    };
}
