using Billing.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Billing.Chaos.Tests;

/// <summary>The short chaos; the long one is <c>./billing chaos</c>.</summary>
[TakesLong(120)]
[Trait("Category", "Slow")]
public sealed class When_an_installation_is_hurt(ITestOutputHelper output)
{
    /// <summary>Each with the boundary at which it is missed for certain.</summary>
    public static TheoryData<string, string> Guards =>
        LongTests.Asked ? new() { { "look", "after POST" }, { "outbox", "after the commit of month-close" } } : new() { { "look", "after POST" } };

    [Fact]
    public async Task Should_keep_the_books_right_whatever_is_done_to_it()
    {
        var lines = new List<string>();
        var plan = new Plan { Rounds = LongTests.Asked ? 20 : 1, Accounts = 60, Inside = true };

        Assert.True(await ChaosRun.RunAsync(plan, lines.Add) == 0, string.Join('\n', lines));

        lines.ForEach(output.WriteLine);
        Assert.Contains(lines, line => line.Contains("kill of", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("kill from inside", StringComparison.Ordinal));
    }

    /// <summary>A chaos that finds nothing is worth nothing.</summary>
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
