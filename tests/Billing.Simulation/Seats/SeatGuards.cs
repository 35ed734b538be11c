namespace Billing.Simulation.Seats;

/// <summary>What keeps the counting of seats right, each of which can be taken out here and nowhere else.</summary>
sealed record SeatGuards
{
    public static readonly SeatGuards All = new();

    /// <summary>Every guard by its name on the command line, and the guards without it.</summary>
    public static readonly IReadOnlyDictionary<string, SeatGuards> Without = new Dictionary<string, SeatGuards>(StringComparer.Ordinal)
    {
        ["lease-fence"] = All with { LeaseFence = false },
        ["slots"] = All with { Slots = false },
        ["claim"] = All with { Claim = false },
        ["seat-sweep"] = All with { Sweep = false },
        ["lease-end"] = All with { LeaseEnd = false },
        ["tick"] = All with { Tick = false },
        ["seat-outbox"] = All with { Outbox = false }
    };

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
