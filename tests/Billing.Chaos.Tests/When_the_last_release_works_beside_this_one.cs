using Billing.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Billing.Chaos.Tests;

/// <summary>
/// A month closes on the tables of this release while each process is restarted in its turn, twice, as the last release and as this one: any mix of two
/// neighbours. <c>./billing test --long</c> builds the last release, which <c>infra/last-release</c> names.
/// </summary>
[TakesLong(600)]
[Trait("Category", "Long")]
public sealed class When_the_last_release_works_beside_this_one(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1), InlineData(2)]
    public async Task Should_lose_and_double_nothing(int copies)
    {
        var release = Environment.GetEnvironmentVariable("BILLING_LAST_RELEASE");
        Assert.False(string.IsNullOrEmpty(release), "BILLING_LAST_RELEASE is not set: ./billing test --long builds the last release and sets it");
        var lines = new List<string>();

        Assert.True(await ChaosRun.RunAsync(new Plan { Rounds = 1, Accounts = 1500 * copies, Copies = copies, Beside = release }, lines.Add) == 0, string.Join('\n', lines));

        lines.ForEach(output.WriteLine);
        Assert.Contains(lines, line => line.Contains("restart of MonthClose as the last release", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("when the month had ended", StringComparison.Ordinal));      // all of it under load
    }
}
