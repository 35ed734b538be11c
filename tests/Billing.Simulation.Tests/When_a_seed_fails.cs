using Billing.Simulation.World;
using Xunit;

namespace Billing.Simulation.Tests;

public class When_a_seed_fails
{
    [Fact]
    public async Task Should_be_made_smaller_and_still_fail()
    {
        await using var simulation = await World.Simulation.CreateAsync(Guards.Without("key"));
        Outcome? failed = null;
        for (var seed = 380; failed is null && seed <= 1000; seed++)
            if (await simulation.RunAsync(seed) is { Violations.Count: > 0 } outcome)
                failed = outcome;
        Assert.NotNull(failed);

        var (knobs, smallest) = await Shrinking.ShrinkAsync(simulation, failed);

        Assert.True(smallest.Happened.Count < failed.Happened.Count || knobs.Accounts < Plan.MostAccounts,
            $"all of {string.Join(", ", failed.Happened)} is left");
        Assert.Equal(smallest.Violations.Count, (await simulation.RunAsync(failed.Seed, knobs)).Violations.Count);
    }
}
