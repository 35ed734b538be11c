namespace Billing.Simulation.Seats;

/// <summary>What keeps the counting of seats right, each of which can be taken out here and nowhere else.</summary>
sealed record SeatGuards
{
    public static readonly SeatGuards All = new();

    /// <summary>Every guard by its name on the command line, and how it is taken out.</summary>
    public static readonly IReadOnlyDictionary<string, Func<SeatGuards, SeatGuards>> Switches =
        new Dictionary<string, Func<SeatGuards, SeatGuards>>(StringComparer.Ordinal)
        {
            ["lease-fence"] = guards => guards with { LeaseFence = false },
            ["slots"] = guards => guards with { Slots = false },
            ["claim"] = guards => guards with { Claim = false },
            ["seat-sweep"] = guards => guards with { Sweep = false },
            ["lease-end"] = guards => guards with { LeaseEnd = false },
            ["tick"] = guards => guards with { Tick = false },
            ["seat-outbox"] = guards => guards with { Outbox = false }
        };

    /// <param name="names">Those of other worlds are passed over.</param>
    public static SeatGuards Without(params IEnumerable<string> names) =>
        names.Where(Switches.ContainsKey).Aggregate(All, (guards, name) => Switches[name](guards));

    /// <summary>Who saves something under a slot finds out, in the same transaction, whether another has it by now.</summary>
    public bool LeaseFence { get; init; } = true;

    /// <summary>A slot that somebody holds is not free.</summary>
    public bool Slots { get; init; } = true;

    /// <summary>Only who still holds the claim counts, so one window is counted once.</summary>
    public bool Claim { get; init; } = true;

    /// <summary>Claims that a dead worker left are looked for when they have ended.</summary>
    public bool Sweep { get; init; } = true;

    /// <summary>A slot whose lease has ended is free.</summary>
    public bool LeaseEnd { get; init; } = true;

    /// <summary>The key of ticks: the same one again does nothing.</summary>
    public bool Tick { get; init; } = true;

    /// <summary>What a transaction says leaves only when it is committed.</summary>
    public bool Outbox { get; init; } = true;
}
