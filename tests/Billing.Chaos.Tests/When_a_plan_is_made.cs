using System.Globalization;
using Billing.SampleData;
using Xunit;

namespace Billing.Chaos.Tests;

public sealed class When_a_plan_is_made
{
    [Fact]
    public void Should_draw_the_same_from_the_same_seed_and_other_things_in_each_part()
    {
        static int First(int seed, int round, string part) => new Plan { Seed = seed }.Dice(round, part).Next();

        Assert.Equal(First(7, 2, "faults"), First(7, 2, "faults"));
        Assert.Equal(4, new[] { First(7, 2, "faults"), First(8, 2, "faults"), First(7, 3, "faults"), First(7, 2, "traffic") }.Distinct().Count());
    }

    [Fact]
    public void Should_end_with_the_last_month_that_is_over()
    {
        var last = SampleMonth.LastOver(TimeProvider.System.GetUtcNow());

        Assert.Equal(last, new Plan { Rounds = 3 }.PeriodOf(3));
        Assert.Equal(last.PlusMonths(-2), new Plan { Rounds = 3 }.PeriodOf(1));
    }

    /// <summary>In the west of America it is still the last day of the month.</summary>
    [Theory]
    [InlineData("2026-11-30T23:59:59Z", "2026-10"), InlineData("2026-12-01T11:59:59Z", "2026-10"), InlineData("2026-12-01T12:00:00Z", "2026-11")]
    [InlineData("2027-01-01T13:30:00+02:00", "2026-11"), InlineData("2027-03-31T12:00:00Z", "2027-02")]
    public void Should_know_the_last_month_that_is_over_for_every_account(string now, string month) =>
        Assert.Equal(month, Plan.Text(SampleMonth.LastOver(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture))));

    [Fact]
    public void Should_share_the_rounds_among_installations_with_a_seed_of_their_own()
    {
        var shares = new Plan { Rounds = 8, AtOnce = 3, Seed = 5, Accounts = 50, Logs = "/logs" }.Shares;

        Assert.Equal([3, 3, 2], shares.Select(share => share.Rounds));
        Assert.Equal(["/logs/seed-5", "/logs/seed-6", "/logs/seed-7"], shares.Select(share => share.Logs));
        Assert.Equal("./billing chaos --rounds 2 --accounts 50 --seed 7", shares[2].Command);
    }

    [Fact]
    public void Should_have_no_installation_without_a_round() => Assert.Equal(2, new Plan { Rounds = 2, AtOnce = 5 }.Shares.Count);

    [Fact]
    public void Should_say_the_command_that_does_it_again() =>
        Assert.Equal("./billing chaos --rounds 5 --accounts 200 --seed 9 --copies 2 --brokers 3 --replica --inside --without look",
            new Plan { Rounds = 5, Accounts = 200, Seed = 9, Copies = 2, Brokers = 3, Replica = true, Inside = true, Without = "look" }.Command);
}
