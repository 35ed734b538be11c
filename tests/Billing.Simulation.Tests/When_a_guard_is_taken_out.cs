using Billing.Simulation.World;
using Xunit;

namespace Billing.Simulation.Tests;

/// <summary>A simulator that finds nothing is worth nothing: with any guard out, it has to find what the guard is for.</summary>
public class When_a_guard_is_taken_out
{
    const int Most = 1000;

    [Theory]
    [InlineData("outbox", 1)]
    [InlineData("outbox-sweep", 550)]       // found by seed 567
    [InlineData("look", 1)]
    [InlineData("patience", 1)]
    [InlineData("key", 380)]       // found by seed 399
    [InlineData("account-lock", 1)]
    [InlineData("charge-sweep", 1)]
    [InlineData("late-answer", 560)]       // found by seed 592
    [InlineData("lease-fence", 1)]
    [InlineData("slots", 1)]
    [InlineData("claim", 1)]
    [InlineData("seat-sweep", 50)]       // found by seed 54
    [InlineData("seat-outbox", 1)]
    [InlineData("lease-end", 30)]         // found by seed 36
    public async Task Should_find_a_violation_within_a_thousand_seeds(string guard, int from)
    {
        await using var simulation = await WorldSetup.CreateAsync(WorldSetup.Of(null, [guard])[0], [guard]);
        for (var seed = from; seed <= Most; seed++)
            if ((await simulation.RunAsync(seed)).Violations.Count > 0)
                return;

        Assert.Fail($"Seeds {from} to {Most} went well without {guard}");
    }

    /// <summary>
    /// A unique index keeps what the lock of accounts keeps before it, so nothing is found without the index alone. Without both, that is found which the
    /// index forbids and which no seed can show while it stands.
    /// </summary>
    [Theory]
    [InlineData("one-open-charge", "charges that are open", 430)]       // found by seed 441
    [InlineData("one-succeeded-charge", "charges that succeeded", 1)]
    public async Task Should_find_what_an_index_keeps_where_the_lock_of_accounts_is_out_too(string index, string words, int from)
    {
        await using var simulation = await World.Simulation.CreateAsync(Guards.Without("account-lock", index));
        for (var seed = from; seed <= Most; seed++)
            if ((await simulation.RunAsync(seed)).Violations.Any(violation => violation.Contains(words, StringComparison.Ordinal)))
                return;

        Assert.Fail($"Seeds {from} to {Most} showed no {words}");
    }
}
