using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Xunit;

namespace Billing.SeatRefresh.Tests.Counting;

public sealed class When_seats_are_decided
{
    static readonly Plan Billable = new();
    static readonly Plan Free = new() { Billable = false };
    static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-10-15T06:00:00Z");
    static readonly HighWaterMark NoMark = new(0, null);

    static Terms Term(int seats = 10, bool trial = false, string from = "2026-01-01", string to = "2026-12-31") =>
        new("premium", seats, trial, DateOnly.Parse(from), DateOnly.Parse(to));

    static HighWaterMark Mark(int max, string setAt = "2026-05-01T00:00:00Z") => new(max, DateTimeOffset.Parse(setAt));

    static SeatCount Count(Terms terms, HighWaterMark old, int inUse, Plan? plan = null, bool beginsAnew = false) =>
        SeatDecision.Decide(terms, plan ?? Billable, old, beginsAnew, inUse, Now).Count;

    [Theory]
    [InlineData(0, 12, 12)]     // first count
    [InlineData(8, 12, 12)]     // more than ever
    [InlineData(12, 8, 12)]     // four left, the mark stays
    [InlineData(12, 12, 12)]
    public void Should_keep_the_highest_count_of_the_term(int old, int inUse, int max) =>
        Assert.Equal(max, Count(Term(), Mark(old), inUse).MaxUsed);

    [Theory]
    [InlineData(10, 12, 2, 0)]  // 12 used of 10: two owed, none left
    [InlineData(10, 7, 0, 3)]   // 7 of 10: none owed, three left
    [InlineData(10, 10, 0, 0)]  // exactly what was bought
    public void Should_owe_what_was_used_above_what_was_bought(int seats, int inUse, int owed, int remaining)
    {
        var count = Count(Term(seats), NoMark, inUse);
        Assert.Equal((owed, remaining), (count.Owed, count.Remaining));
    }

    [Fact]
    public void Should_owe_by_the_highest_count_even_when_people_have_left() =>
        Assert.Equal(new SeatCount(Seats: 5, InUse: 4, MaxUsed: 8, Owed: 3), Count(Term(5), Mark(8), inUse: 4));

    [Fact]
    public void Should_owe_less_when_seats_are_bought_later() =>
        Assert.Equal(new SeatCount(Seats: 7, InUse: 8, MaxUsed: 8, Owed: 1), Count(Term(7), Mark(8), inUse: 8));

    [Fact]
    public void Should_owe_nothing_on_trial() => Assert.Equal(0, Count(Term(5, trial: true), NoMark, inUse: 9).Owed);

    [Fact]
    public void Should_owe_nothing_on_a_free_plan() => Assert.Equal(0, Count(Term(5), NoMark, inUse: 9, plan: Free).Owed);

    [Fact]
    public void Should_owe_nothing_when_no_seats_were_bought() => Assert.Equal(0, Count(Term(0), NoMark, inUse: 9).Owed);

    [Fact]
    public void Should_still_keep_the_mark_on_trial() => Assert.Equal(9, Count(Term(5, trial: true), Mark(9), inUse: 3).MaxUsed);

    /// <summary>Plan switch: 5 bought, 8 used. premium owes 3; on the free plan nothing, and the mark stays; back on premium the 3 are owed again.</summary>
    [Fact]
    public void Should_owe_by_the_plan_of_the_count_when_the_plan_is_switched()
    {
        var onPremium = Count(Term(5), Mark(8), inUse: 6);
        var onFree = Count(Term(5), Mark(onPremium.MaxUsed), inUse: 6, plan: Free);
        var onPremiumAgain = Count(Term(5), Mark(onFree.MaxUsed), inUse: 6);
        Assert.Equal([(8, 3), (8, 0), (8, 3)], ((SeatCount[])[onPremium, onFree, onPremiumAgain]).Select(x => (x.MaxUsed, x.Owed)));
    }

    // ---- the resets: a new term, by the mark's own date; and the end of a trial ----

    static SeatCount CountAt(string at, Terms terms, HighWaterMark old, int inUse) =>
        SeatDecision.Decide(terms, Billable, old, beginsAnew: false, inUse, DateTimeOffset.Parse(at)).Count;

    static bool TrialEnds(Terms before, Terms after, Plan? plan = null, string? markSetAt = null, string? trialSince = null) =>
        SeatDecision.BeginsAnew(before, after, plan ?? Billable, markSetAt is null ? null : DateTimeOffset.Parse(markSetAt),
            trialSince is null ? null : DateTimeOffset.Parse(trialSince));

    [Fact]
    public void Should_begin_anew_with_a_new_term() =>
        Assert.Equal(new SeatCount(Seats: 10, InUse: 6, MaxUsed: 6, Owed: 0),
            CountAt("2027-01-01T06:00:00Z", Term(from: "2027-01-01", to: "2027-12-31"), Mark(14), inUse: 6));

    [Theory]
    [InlineData("2026-01-01", "2027-06-30")]    // extended: the start is the same
    [InlineData("2026-03-01", "2026-12-31")]    // corrected: the mark of May is in it
    [InlineData("2026-03-01", "2027-02-28")]
    [InlineData("2025-01-01", "2025-12-31")]    // told a year too early
    public void Should_go_on_when_the_term_was_only_changed(string from, string to) =>
        Assert.Equal(14, Count(Term(from: from, to: to), Mark(14), inUse: 6).MaxUsed);

    [Fact]
    public void Should_begin_anew_when_the_new_term_begins_on_the_day_the_old_one_ends() =>
        Assert.Equal(6, CountAt("2026-12-31T06:00:00Z", Term(from: "2026-12-31", to: "2027-12-30"), Mark(14), inUse: 6).MaxUsed);

    /// <summary>14 in May 2026. The term of 2027 is told and counted in 2027, with 6; then it is corrected: it is the one of 2026 that goes on.</summary>
    [Fact]
    public void Should_find_the_mark_again_when_the_start_of_a_term_is_corrected()
    {
        var (renewed, wrong) = (Term(from: "2027-01-01", to: "2027-12-31"), Term(from: "2026-01-01", to: "2027-12-31"));
        var (_, second) = SeatDecision.Decide(renewed, Billable, Mark(14), false, 6, DateTimeOffset.Parse("2027-02-01T06:00:00Z"));
        Assert.Equal(6, second.MaxUsed);
        var (_, corrected) = SeatDecision.Decide(wrong, Billable, second, false, 5, DateTimeOffset.Parse("2027-02-02T06:00:00Z"));
        Assert.Equal(14, corrected.MaxUsed);
        // and when that was the slip, the mark of 2027 is there, too
        Assert.Equal(6, CountAt("2027-02-03T06:00:00Z", renewed, corrected, inUse: 5).MaxUsed);
    }

    [Fact]
    public void Should_begin_anew_when_a_trial_becomes_paid()
    {
        // 9 tried it, 5 are bought, 4 stay: the mark is 4 and nothing is owed
        Assert.True(TrialEnds(Term(trial: true), Term(), markSetAt: "2026-05-01T00:00:00Z", trialSince: "2026-04-01T00:00:00Z"));
        Assert.Equal(new SeatCount(Seats: 5, InUse: 4, MaxUsed: 4, Owed: 0), Count(Term(5), Mark(9), inUse: 4, beginsAnew: true));
    }

    /// <summary>It was paid, and was told as a trial: a slip of two weeks, or an offer. What was used while it was paid stays.</summary>
    [Fact]
    public void Should_go_on_when_the_mark_is_older_than_the_trial() =>
        Assert.False(TrialEnds(Term(trial: true), Term(), markSetAt: "2026-05-01T00:00:00Z", trialSince: "2026-06-01T00:00:00Z"));

    [Fact]
    public void Should_not_begin_anew_while_it_is_not_paid()
    {
        Assert.False(TrialEnds(Term(trial: true), Term(), Free));
        Assert.False(TrialEnds(Term(trial: true), Term(trial: true)));
        Assert.False(TrialEnds(Term(trial: true), Term(seats: 0)));
        Assert.False(TrialEnds(Term(trial: true), Term() with { Ended = true }));
        Assert.Equal(14, SeatDecision.Decide(Term(from: "2026-10-01", to: "2027-09-30"), Free, Mark(14), false, 6, Now).Count.MaxUsed);
    }

    [Fact]
    public void Should_owe_nothing_when_it_has_ended() => Assert.Equal(0, Count(Term(5) with { Ended = true }, Mark(9), inUse: 0).Owed);

    /// <summary>Told in October for 2027: until then 14 were the most of this term, and stay so.</summary>
    [Theory]
    [InlineData("2026-10-15T23:59:59Z", false)]
    [InlineData("2026-12-31T23:59:59Z", false)]
    [InlineData("2027-01-01T00:00:00Z", true)]
    public void Should_leave_the_mark_of_the_term_that_runs_when_a_renewal_is_told_ahead(string counted, bool anew) =>
        Assert.Equal(anew ? 6 : 14, CountAt(counted, Term(from: "2027-01-01", to: "2027-12-31"), Mark(14), inUse: 6).MaxUsed);

    [Fact]
    public void Should_end_a_trial_at_once_even_when_the_paid_term_is_to_come() =>
        Assert.True(TrialEnds(Term(trial: true), Term(from: "2026-11-01", to: "2027-10-31")));

    /// <summary>The reset waits for a count of the subscription as a billable one.</summary>
    [Fact]
    public void Should_not_begin_anew_by_a_count_on_a_free_plan() => Assert.Equal(14, Count(Term(), Mark(14), inUse: 6, plan: Free, beginsAnew: true).MaxUsed);

    [Fact]
    public void Should_begin_anew_when_the_mark_was_set_before_the_term_started()
    {
        var (count, mark) =
            SeatDecision.Decide(Term(from: "2026-10-01", to: "2027-09-30"), Billable, Mark(14, "2026-09-30T23:59:59Z"), beginsAnew: false, inUse: 6, Now);
        Assert.Equal(6, count.MaxUsed);
        Assert.Equal(Now, mark.SetAt);
    }

    [Fact]
    public void Should_keep_a_mark_that_was_set_on_the_first_day_of_the_term() =>
        Assert.Equal(14, Count(Term(from: "2026-10-01", to: "2027-09-30"), Mark(14, "2026-10-01T00:00:00Z"), inUse: 6).MaxUsed);

    [Fact]
    public void Should_keep_the_mark_until_a_term_to_come_begins() =>
        Assert.Equal(14, Count(Term(from: "2026-11-01", to: "2027-10-31"), Mark(14, "2026-10-10T00:00:00Z"), inUse: 6).MaxUsed);

    [Fact]
    public void Should_begin_anew_once_even_when_the_count_is_the_same()
    {
        // 14 before and 14 after: the mark still belongs to the new term now, or the next count would lower it
        var terms = Term(from: "2026-10-01", to: "2027-09-30");
        var (_, mark) = SeatDecision.Decide(terms, Billable, Mark(14, "2026-09-01T00:00:00Z"), beginsAnew: false, inUse: 14, Now);
        Assert.Equal(14, SeatDecision.Decide(terms, Billable, mark, beginsAnew: false, inUse: 3, Now).Count.MaxUsed);
    }
}
