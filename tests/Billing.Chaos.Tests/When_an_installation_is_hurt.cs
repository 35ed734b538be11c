using Billing.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Billing.Chaos.Tests;

/// <summary>The short chaos; the long one is <c>./billing chaos</c>.</summary>
[TakesLong(120)]
[Trait("Category", "Slow")]
public sealed class When_an_installation_is_hurt(ITestOutputHelper output)
{
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
}
