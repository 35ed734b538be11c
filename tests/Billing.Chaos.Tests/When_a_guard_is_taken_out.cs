using Billing.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Billing.Chaos.Tests;

/// <summary>A chaos that finds nothing is worth nothing.</summary>
[TakesLong(240)]
[Trait("Category", "Long")]
public sealed class When_a_guard_is_taken_out(ITestOutputHelper output)
{
    /// <summary>Each with the boundary at which it is missed for certain.</summary>
    public static TheoryData<string, string> Guards => new() { { "look", "after POST" }, { "outbox", "after the commit of month-close" } };

    [Theory]
    [MemberData(nameof(Guards))]
    public async Task Should_find_that_a_guard_is_taken_out(string guard, string boundary)
    {
        var lines = new List<string>();

        Assert.NotEqual(0, await ChaosRun.RunAsync(new Plan { Rounds = 3, Accounts = 30, Inside = true, At = boundary, Without = guard }, lines.Add));

        lines.ForEach(output.WriteLine);
        Assert.Contains(lines, line => line.Contains("I2:", StringComparison.Ordinal) || line.Contains("I5:", StringComparison.Ordinal)
            || line.Contains("I6:", StringComparison.Ordinal));
    }
}
