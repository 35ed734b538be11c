using Billing.Simulation.Seats;

namespace Billing.Simulation.World;

/// <summary>What happens from a seed.</summary>
enum Worlds
{
    /// <summary>A month is closed and its invoices are collected: MonthClose.</summary>
    Months,

    /// <summary>Days in which seats are counted: SeatRefresh.</summary>
    Seats
}

/// <summary>A world in which one seed after the other happens.</summary>
interface ISimulation : IAsyncDisposable
{
    /// <summary>Told line by line what happens.</summary>
    Action<string>? Trace { get; set; }

    Task<Outcome> RunAsync(long seed, Knobs? knobs = null);
}

static class WorldSetup
{
    /// <summary>Every guard of every world.</summary>
    public static IEnumerable<string> AllGuards => Guards.Switches.Keys.Concat(SeatGuards.Switches.Keys);

    /// <summary>Those that are asked for; of guards that are out, those that they belong to.</summary>
    public static IReadOnlyList<Worlds> Of(string? named, IReadOnlyList<string> without) =>
        without.Count > 0 ? [.. without.Select(guard => SeatGuards.Switches.ContainsKey(guard) ? Worlds.Seats : Worlds.Months).Distinct()]
        : Enum.TryParse<Worlds>(named, ignoreCase: true, out var one) ? [one]
        : [Worlds.Months, Worlds.Seats];

    public static async Task<ISimulation> CreateAsync(Worlds of, IReadOnlyList<string> without) => of == Worlds.Months
        ? await Simulation.CreateAsync(Guards.Without(without))
        : await SeatSimulation.CreateAsync(SeatGuards.Without(without));
}
