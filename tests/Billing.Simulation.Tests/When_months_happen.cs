using System.Text.RegularExpressions;
using Billing.Simulation.World;
using Xunit;

namespace Billing.Simulation.Tests;

public partial class When_months_happen
{
    [Fact]
    public async Task Should_keep_the_books_right_whatever_goes_wrong()
    {
        var violations = new List<string>();
        var many = new Many(from: 1, seeds: 400, without: [], workers: Environment.ProcessorCount, Knobs.None, Worlds.Months);

        await many.RunAsync(trace: null, (outcome, knobs) =>
            violations.AddRange(outcome.Violations.Select(violation => $"seed {outcome.Seed}{knobs}: {violation}")), CancellationToken.None);

        Assert.Empty(violations);
        Assert.Equal(400, many.Done);
        Assert.InRange(many.Deaths, 10, long.MaxValue);
    }

    /// <summary>Seeds that once found something. When what is drawn changes they are seeds like others.</summary>
    [Theory]
    [InlineData(2940), InlineData(3270), InlineData(3280), InlineData(3618), InlineData(5076)]
    public async Task Should_go_well_where_it_once_did_not(long seed)
    {
        await using var simulation = await World.Simulation.CreateAsync(Guards.All);

        Assert.Empty((await simulation.RunAsync(seed)).Violations);
    }

    [Fact]
    public async Task Should_happen_again_in_the_same_way_from_the_same_seed()
    {
        await using var simulation = await World.Simulation.CreateAsync(Guards.All);
        foreach (var seed in Enumerable.Range(1000, 10))
            Assert.Equal(await TraceAsync(simulation, seed), await TraceAsync(simulation, seed));
    }

    /// <summary>But for the ids, which are drawn by the service itself.</summary>
    static async Task<List<string>> TraceAsync(World.Simulation simulation, long seed)
    {
        var lines = new List<string>();
        simulation.Trace = line => lines.Add(Ids().Replace(line, "id"));
        await simulation.RunAsync(seed);
        return lines;
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{8}$")]
    private static partial Regex Ids();
}
