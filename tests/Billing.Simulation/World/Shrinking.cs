namespace Billing.Simulation.World;

/// <summary>
/// Makes a month that fails smaller: fewer accounts, and less and less mischief, as long as the same invariant is broken. What is left is what a person has
/// to read.
/// </summary>
static class Shrinking
{
    /// <summary>A month takes some milliseconds; a person has more time than that, and not without end.</summary>
    const int MostRuns = 400;

    /// <returns>With what the seed still fails, and how it fails then.</returns>
    public static async Task<(Knobs Knobs, Outcome Outcome)> ShrinkAsync(ISimulation simulation, Outcome failed)
    {
        var (knobs, outcome, runs) = (new Knobs(Only: failed.Happened), failed, 0);
        for (var accounts = 1; accounts < Plan.MostAccounts; accounts++)
            if (await TryAsync(new Knobs(accounts)) is { } fewer && await TryAsync(new Knobs(accounts, fewer.Happened)) is { } again)
            {
                (knobs, outcome) = (new Knobs(accounts, fewer.Happened), again);
                break;
            }

        for (var size = Math.Max(1, knobs.Only!.Count / 2); size >= 1; size = size == 1 ? 0 : size / 2)
            for (var i = 0; i < knobs.Only!.Count && runs < MostRuns;)
            {
                var less = knobs with { Only = [.. knobs.Only.Where((_, at) => at < i || at >= i + size)] };
                if (await TryAsync(less) is { } smaller)
                    // what may happen and does not any more is not worth a word
                    (knobs, outcome) = (less with { Only = smaller.Happened }, smaller);
                else
                    i += size;
            }

        return (knobs, outcome);

        async Task<Outcome?> TryAsync(Knobs less)
        {
            runs++;
            var tried = await simulation.RunAsync(failed.Seed, less);
            return tried.Violations.Any(one => failed.Violations.Any(before => CodeOf(before) == CodeOf(one))) ? tried : null;
        }
    }

    static string CodeOf(string violation) => violation[..2];
}
