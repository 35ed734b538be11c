using Xunit;
using Xunit.Abstractions;

namespace Billing.Chaos.Tests;

/// <summary>The short chaos; the long one is <c>./billing chaos</c>.</summary>
[Trait("Category", "Slow")]
public sealed class When_an_installation_is_hurt(ITestOutputHelper output)
{
    [Fact]
    public async Task Should_keep_the_books_right_whatever_is_done_to_it()
    {
        var lines = new List<string>();
        var violations = await ChaosRun.RunAsync(new Plan { Rounds = 2, Accounts = 60, Seed = 1, Inside = true }, lines.Add);

        Assert.True(violations == 0, string.Join('\n', lines));
        Assert.Contains(lines, line => line.Contains("kill of", StringComparison.Ordinal));
        lines.ForEach(output.WriteLine);
    }

    /// <summary>With it out a round has to find that money was taken twice, or that something stands still; one that finds nothing is worth nothing.</summary>
    [Theory]
    [InlineData("outbox")]
    public async Task Should_find_a_guard_that_is_taken_out(string guard) =>
        Assert.NotEqual(0, await ChaosRun.RunAsync(new Plan { Rounds = 3, Accounts = 30, Seed = 1, Inside = true, Without = guard }, output.WriteLine));
}
