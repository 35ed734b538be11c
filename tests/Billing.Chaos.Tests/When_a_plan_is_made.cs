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
        var now = TimeProvider.System.GetUtcNow();
        var last = now.AddDays(-now.Day);

        Assert.Equal($"{last:yyyy-MM}", Plan.Text(new Plan { Rounds = 3 }.PeriodOf(3)));
        Assert.Equal($"{last.AddMonths(-2):yyyy-MM}", Plan.Text(new Plan { Rounds = 3 }.PeriodOf(1)));
    }

    [Fact]
    public void Should_say_the_command_that_does_it_again() =>
        Assert.Equal("./billing chaos --rounds 5 --accounts 200 --seed 9 --copies 2 --brokers 3 --replica --inside --without look",
            new Plan { Rounds = 5, Accounts = 200, Seed = 9, Copies = 2, Brokers = 3, Replica = true, Inside = true, Without = "look" }.Command);
}
