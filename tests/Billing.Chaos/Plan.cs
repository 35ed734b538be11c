using System.Globalization;
using Billing.SampleData;
using Billing.Testing;
using NodaTime;

namespace Billing.Chaos;

/// <summary>What was asked for on the command line.</summary>
sealed record Plan
{
    /// <summary>Months, one after the other, on one installation.</summary>
    public int Rounds { get; init; } = 3;

    public int Accounts { get; init; } = 100;

    /// <summary>Installations at a time, which share the rounds. Much of a round is waiting, so a machine may have room for more than one.</summary>
    public int AtOnce { get; init; } = 1;

    /// <summary>What each installation does, with a seed of its own, so that it can be done again alone.</summary>
    public IReadOnlyList<Plan> Shares
    {
        get
        {
            var count = Math.Clamp(AtOnce, 1, Math.Max(1, Rounds));
            return count == 1 ? [this] : [.. Enumerable.Range(0, count).Select(at => this with
            {
                AtOnce = 1,
                Rounds = (Rounds / count) + (at < Rounds % count ? 1 : 0),
                Seed = Seed + at,
                Logs = Logs is null ? null : Path.Combine(Logs, string.Create(CultureInfo.InvariantCulture, $"seed-{Seed + at}"))
            })];
        }
    }

    /// <summary>
    /// Draws whom a fault hits and when. The processes keep their own time, so the same seed does the same things to other moments of the month.
    /// </summary>
    public int Seed { get; init; } = 1;

    /// <summary>Processes of each service.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Nodes of the broker, one cluster; each process is connected to any of them.</summary>
    public int Brokers { get; init; } = 1;

    /// <summary>Whether a second database server has each commit before it counts, and takes the place of the first when that is killed.</summary>
    public bool Replica { get; init; }

    /// <summary>Whether processes kill themselves at their boundaries, too.</summary>
    public bool Inside { get; init; }

    /// <summary>They do so only at a boundary whose name has this in it; null for every one.</summary>
    public string? At { get; init; }

    /// <summary>Whether the database server has a disk of its own, which is full now and then. It is mounted, in memory, and that takes root.</summary>
    public bool FullDisk { get; init; }

    /// <summary>
    /// In bytes: room for the server itself and its log, and 100 kB for each month of an account, which is three times what it takes.
    /// </summary>
    public long? DatabaseDisk => FullDisk ? 1_500_000_000 + (100_000L * Rounds * Accounts) : null;

    /// <summary>A file with the addresses of an installation; null for one of chaos's own.</summary>
    public string? Against { get; init; }

    /// <summary>The guard that is taken out, to see that it is found; see <see cref="Guards"/>.</summary>
    public string? Without { get; init; }

    /// <summary>
    /// Guards that can be broken here, and nowhere else: <c>look</c>, what became of a charge is asked of the gateway before it is made again; <c>outbox</c>,
    /// what a transaction says outlives its process.
    /// </summary>
    public static IReadOnlyList<string> Guards { get; } = ["look", "outbox"];

    /// <summary>
    /// The last release's services, each in a folder of its name: instead of everything else each process is stopped in its turn and started as the other
    /// release, while the month closes, and so twice. Null for this release alone.
    /// </summary>
    public string? Beside { get; init; }

    /// <summary>Where the logs of the processes are kept; among the temporary folders, and gone afterwards, when nobody says.</summary>
    public string? Logs { get; init; }

    /// <summary>Gives the random numbers of one part of one round, which no other part shares.</summary>
    public Random Dice(int round, string part) => new(HashCodeOf($"{Seed}:{round}:{part}"));

    /// <summary>The same for all rounds, also when another month ends while they go on.</summary>
    static YearMonth Last { get; } = SampleMonth.LastOver(TimeProvider.System.GetUtcNow());

    /// <summary>The last of the rounds is the last month that is over, by the real clock.</summary>
    public YearMonth PeriodOf(int round) => Last.PlusMonths(round - Rounds);

    public static string Text(YearMonth period) => string.Create(CultureInfo.InvariantCulture, $"{period.Year:0000}-{period.Month:00}");

    public string Command => string.Create(CultureInfo.InvariantCulture,
        $"./billing chaos --rounds {Rounds} --accounts {Accounts} --seed {Seed}{(Copies == 1 ? "" : $" --copies {Copies}")}")
        + (Brokers == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" --brokers {Brokers}")) + (Replica ? " --replica" : "")
        + (At is not null ? $" --at \"{At}\"" : Inside ? " --inside" : "") + (FullDisk ? " --full-disk" : "") + (Without is null ? "" : $" --without {Without}")
        + (Against is null ? "" : $" --against {Against}") + (Beside is null ? "" : $" --beside {Beside}");

    /// <summary>The same in every process, which <see cref="string.GetHashCode()"/> is not.</summary>
    static int HashCodeOf(string text) => text.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));
}
