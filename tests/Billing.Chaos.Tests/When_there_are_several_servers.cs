using Billing.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Billing.Chaos.Tests;

/// <summary>Three nodes of the broker, and a primary with a synchronous standby: each dies in the middle of a month, and its place is taken.</summary>
[TakesLong(600)]
[Trait("Category", "Long")]
public sealed class When_there_are_several_servers(ITestOutputHelper output)
{
    [Fact]
    public Task Should_lose_no_acknowledged_command_when_nodes_of_the_broker_die() => RunAsync(new Plan { Rounds = 2, Accounts = 200, Brokers = 3 },
        "kill of the node that leads the busiest queue", "loss of the quorum", "restart of a node");

    [Fact]
    public Task Should_find_the_new_primary_when_a_standby_is_promoted() => RunAsync(new Plan { Rounds = 2, Accounts = 200, Replica = true },
        "kill of the primary and promotion", "restart of the standby");

    async Task RunAsync(Plan plan, params string[] acts)
    {
        var lines = new List<string>();
        Assert.True(await ChaosRun.RunAsync(plan, lines.Add) == 0, string.Join('\n', lines));
        lines.ForEach(output.WriteLine);
        Assert.All(acts, act => Assert.Contains(lines, line => line.Contains(act, StringComparison.Ordinal)));
    }
}
