using Billing.Simulation.Seats;
using Billing.Simulation.World;
using Xunit;

namespace Billing.Simulation.Tests;

public class When_seats_are_counted
{
    const int Seeds = 100;

    [Fact]
    public async Task Should_count_each_window_once_whatever_goes_wrong()
    {
        var violations = new List<string>();
        var many = new Many(from: 1, Seeds, without: [], workers: Environment.ProcessorCount, Knobs.None, Worlds.Seats);

        await many.RunAsync(trace: null, (outcome, knobs) =>
            violations.AddRange(outcome.Violations.Select(violation => $"seed {outcome.Seed}{knobs}: {violation}")), CancellationToken.None);

        Assert.Empty(violations);
        Assert.Equal(Seeds, many.Done);
        Assert.InRange(many.Deaths, 10, long.MaxValue);
    }

    /// <summary>Ids are the service's own, and are not told.</summary>
    [Fact]
    public async Task Should_happen_again_in_the_same_way_from_the_same_seed()
    {
        await using var simulation = await SeatSimulation.CreateAsync(SeatGuards.All);
        foreach (var seed in Enumerable.Range(1000, 10))
            Assert.Equal(await TraceAsync(simulation, seed), await TraceAsync(simulation, seed));
    }

    static async Task<List<string>> TraceAsync(SeatSimulation simulation, long seed)
    {
        var lines = new List<string>();
        simulation.Trace = lines.Add;
        await simulation.RunAsync(seed);
        Assert.Contains(lines, line => line.Contains(" is counted by ", StringComparison.Ordinal));
        return lines;
    }
}
