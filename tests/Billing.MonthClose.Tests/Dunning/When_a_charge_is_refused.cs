using Billing.MonthClose.Dunning;
using Xunit;

namespace Billing.MonthClose.Tests.Dunning;

public class When_a_charge_is_refused
{
    static readonly IReadOnlyList<TimeSpan> Retries = new DunningOptions().Retries;
    static readonly DateTimeOffset Refused = new(2026, 11, 1, 0, 5, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1), InlineData(2, 3), InlineData(3, 5), InlineData(4, 7)]
    public void Should_try_again_after_one_three_five_and_seven_days(int attempt, int days) =>
        Assert.Equal(new DunningDecision.Retry(Refused.AddDays(days)), DunningDecision.Decide(attempt, hard: false, "insufficient_funds", Refused, Retries));

    [Fact]
    public void Should_hold_the_account_after_the_last_failure() =>
        Assert.Equal(new DunningDecision.Hold("declined 5 times, last: insufficient_funds"), DunningDecision.Decide(5, hard: false, "insufficient_funds", Refused, Retries));

    [Fact]
    public void Should_not_retry_a_hard_decline() =>
        Assert.Equal(new DunningDecision.Hold("declined for good: stolen_card"), DunningDecision.Decide(1, hard: true, "stolen_card", Refused, Retries));
}
