namespace Billing.Simulation.World;

/// <summary>Many seeds, shared among worlds that have nothing in common, so that each core has one.</summary>
/// <param name="from">The first seed.</param>
/// <param name="seeds">How many.</param>
/// <param name="without">The guards that are out; then the first violation says enough.</param>
/// <param name="workers">Worlds at a time.</param>
/// <param name="knobs">What is left out.</param>
/// <param name="of">What happens from each seed, one after the other.</param>
sealed class Many(long from, int seeds, IReadOnlyList<string> without, int workers, Knobs knobs, params IReadOnlyList<Worlds> of)
{
    /// <summary>Many seeds fail for one reason: the first ones are made small.</summary>
    const int MostShrunk = 10;

    readonly Lock _gate = new();
    int _shrunk;
    int _taken;

    public IReadOnlyList<string> Without => without;
    public int Done { get; private set; }
    public long Steps { get; private set; }
    public long Deaths { get; private set; }
    public int Failed { get; private set; }

    /// <param name="trace">Told each step; for one worker.</param>
    /// <param name="broken">Told how a seed failed, made as small as it gets, and what of it was left out for that; one at a time.</param>
    /// <param name="stopping">No seed is begun any more.</param>
    public Task RunAsync(Action<string>? trace, Action<Outcome, Knobs> broken, CancellationToken stopping) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(trace, broken, stopping), CancellationToken.None)));

    async Task WorkAsync(Action<string>? trace, Action<Outcome, Knobs> broken, CancellationToken stopping)
    {
        var worlds = new List<ISimulation>();
        try
        {
            foreach (var one in of)
                worlds.Add(await WorldSetup.CreateAsync(one, without));
            foreach (var world in worlds)
                world.Trace = trace;
            while (!stopping.IsCancellationRequested && Take() is { } seed)
            {
                var failed = false;
                foreach (var world in worlds)
                    failed |= await HappensAsync(world, seed, trace is null, broken);
                lock (_gate)
                    (Done, Failed) = (Done + 1, Failed + (failed ? 1 : 0));
            }
        }
        finally
        {
            foreach (var world in worlds)
                await world.DisposeAsync();
        }
    }

    /// <returns>Whether something was not true.</returns>
    async Task<bool> HappensAsync(ISimulation world, long seed, bool shrinks, Action<Outcome, Knobs> broken)
    {
        var outcome = await world.RunAsync(seed, knobs);
        var smallest = (Knobs: knobs, Outcome: outcome);
        // what is told step by step is told as it was asked for
        if (outcome.Violations.Count > 0 && shrinks && Interlocked.Increment(ref _shrunk) <= MostShrunk)
            smallest = await Shrinking.ShrinkAsync(world, outcome);
        lock (_gate)
        {
            (Steps, Deaths) = (Steps + outcome.Steps, Deaths + outcome.Deaths);
            if (outcome.Violations.Count > 0)
                broken(smallest.Outcome, smallest.Knobs);
        }

        return outcome.Violations.Count > 0;
    }

    long? Take()
    {
        lock (_gate)
            return _taken < seeds && (without.Count == 0 || Failed == 0) ? from + _taken++ : null;
    }
}
