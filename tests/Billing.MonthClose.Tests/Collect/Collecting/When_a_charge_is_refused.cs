using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Correct.Corrections;
using Xunit;

namespace Billing.MonthClose.Tests.Collect.Collecting;

public class When_a_charge_is_refused
{
    static readonly DunningPolicy Default = new DunningOptions().PolicyOf(null);

    [Theory]
    [InlineData(1, "2026-11-02T03:00Z", OverdueState.Reminded, false), InlineData(2, "2026-11-04T03:00Z", OverdueState.Reminded, false)]
    [InlineData(3, "2026-11-06T03:00Z", OverdueState.Reminded, false), InlineData(4, "2026-11-08T03:00Z", OverdueState.ChangesBlocked, true)]
    public void Should_try_again_after_one_three_five_and_seven_days(int attempt, string next, OverdueState state, bool isLast) =>
        Assert.Equal(new DunningDecision.Retry(DateTimeOffset.Parse(next), state, isLast), DunningDecision.Decide(Refusal(attempt)));

    [Fact]      // an extra try with another card, when none was counted yet
    public void Should_plan_from_the_first_attempt_when_none_was_counted() =>
        Assert.Equal(DunningDecision.Decide(Refusal(1)), DunningDecision.Decide(Refusal(0)));

    [Fact]
    public void Should_hold_the_account_after_the_last_failure() =>
        Assert.Equal(new DunningDecision.Hold("declined 5 times, last: insufficient_funds"), DunningDecision.Decide(Refusal(5)));

    [Fact]
    public void Should_not_retry_a_hard_decline() =>
        Assert.Equal(new DunningDecision.Hold("declined for good: stolen_card"), DunningDecision.Decide(Refusal(1) with { Hard = true, Code = "stolen_card" }));

    [Fact]
    public void Should_try_at_once_when_the_customer_gave_another_card_meanwhile() =>
        Assert.Equal(new DunningDecision.Retry(Refusal(1).RefusedAt, OverdueState.None, false),
            DunningDecision.Decide(Refusal(1) with { Hard = true, MethodChanged = true }));

    [Theory]    // billing in the customer's time zone: his calendar counts the days
    [InlineData("Pacific/Auckland", "2026-11-01T10:50Z", "2026-11-01T14:00Z")]      // 23:50 on the 1st; the 2nd at 03:00, three hours later
    [InlineData("Pacific/Auckland", "2026-11-01T11:10Z", "2026-11-02T14:00Z")]      // 00:10 on the 2nd; the 3rd
    [InlineData("America/Los_Angeles", "2026-11-02T07:50Z", "2026-11-02T11:00Z")]   // 23:50 on the 1st
    [InlineData("America/Los_Angeles", "2027-03-13T20:00Z", "2027-03-14T10:00Z")]   // the day that has no 02:00 to 03:00: 03:00 is an hour earlier in UTC
    public void Should_count_the_days_by_the_accounts_calendar(string zone, string refused, string next) =>
        Assert.Equal(DateTimeOffset.Parse(next), Assert.IsType<DunningDecision.Retry>(
            DunningDecision.Decide(Refusal(1) with { TimeZone = zone, RefusedAt = DateTimeOffset.Parse(refused) })).At);

    [Fact]      // fall-back hour
    public void Should_take_the_first_of_an_hour_that_comes_twice() =>
        Assert.Equal(DateTimeOffset.Parse("2026-11-01T08:30Z"), (Default with { RetryAt = new TimeOnly(1, 30) }).NextTry(1, DateTimeOffset.Parse("2026-10-31T20:00Z"), "America/Los_Angeles"));

    [Fact]
    public void Should_list_every_try_with_its_day()
    {
        var planned = Default.Planned(1, DateTimeOffset.Parse("2026-11-02T03:00Z"), "UTC").ToList();
        Assert.Equal([(2, 2), (3, 5), (4, 10), (5, 17)], planned.Select(one => (one.Attempt, one.At.Day)));
        Assert.Equal([OverdueState.Reminded, OverdueState.Reminded, OverdueState.ChangesBlocked, OverdueState.Suspended], planned.Select(one => one.IfRefused));
    }

    static RefusalFacts Refusal(int attempt) => new()
    {
        Attempt = attempt,
        Hard = false,
        Code = "insufficient_funds",
        RefusedAt = new DateTimeOffset(2026, 11, 1, 0, 5, 0, TimeSpan.Zero),
        TimeZone = "UTC",
        Policy = Default
    };
}
