using Xunit;

namespace Billing.Simulation.Tests;

/// <summary>A simulator that finds nothing is worth nothing: with any guard out, it has to find what the guard is for.</summary>
public class When_a_guard_is_taken_out
{
    const int Most = 1000;

    [Theory]
    [InlineData("outbox")]
    [InlineData("outbox-sweep")]
    [InlineData("look")]
    [InlineData("patience")]
    [InlineData("key")]
    [InlineData("charge-sweep")]
    public async Task Should_find_a_violation_within_a_thousand_seeds(string guard)
    {
        await using var simulation = await World.Simulation.CreateAsync(Guards.Without[guard]);
        for (var seed = 1; seed <= Most; seed++)
            if ((await simulation.RunAsync(seed)).Violations.Count > 0)
                return;

        Assert.Fail($"{Most} seeds went well without {guard}");
    }
}
