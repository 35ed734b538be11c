namespace Billing.Simulation;

/// <summary>What is drawn for days of seats.</summary>
sealed partial class Plan
{
    /// <summary>Boundaries of one transaction among which a death is drawn; most have fewer, so most deaths that are drawn do not come.</summary>
    const int Boundaries = 14;

    /// <summary>Processes of the service on one database.</summary>
    public int Processes { get; private set; } = 2;

    /// <summary>How old a count may be: the shorter one makes every tick a window, the longer one is the product's own.</summary>
    public TimeSpan MaxAge { get; private set; }

    /// <summary>Subscriptions that a job takes at once.</summary>
    public int ClaimAtOnce { get; private set; }

    /// <summary>Jobs at once, when the days begin.</summary>
    public int MaxRunning { get; private set; }

    /// <summary>The batch walks beside the jobs.</summary>
    public bool Batch { get; private set; }

    /// <summary>All of it for days of seats.</summary>
    public void DrawSeats(long seed)
    {
        Begin(seed);
        Accounts = Math.Min(AccountsAtMost, _random.Next(4) switch { 0 => 1, 1 => 2, _ => MostAccounts });
        Processes = 2 + _random.Next(2);
        MaxAge = TimeSpan.FromHours(_random.Next(2) == 0 ? 5 : 17);
        ClaimAtOnce = 1 + _random.Next(2);
        Batch = seed % 5 == 2;
        MaxRunning = Math.Max(1, _random.Next(4));      // two jobs leave little for a third, so one is drawn most often
        Chance(Mischief.Double, 0.2);
        Chance(Mischief.Late, 0.2);
        Chance(Mischief.Death, 0.2);
        Chance(Mischief.Stall, 0.2);
        Chance(Mischief.Slow, 0.1);
        Chance(Mischief.LostTick, 0.4);
        _chances[(int)Mischief.Act] = 1;
        _chances[(int)Mischief.Setting] = _random.Next(2);
    }

    /// <summary>Days of seats in which nothing goes wrong.</summary>
    public void CalmSeats()
    {
        DrawSeats(0);
        (Accounts, Processes, Batch) = (MostAccounts, 2, true);
        Array.Clear(_chances);
    }

    /// <summary>The boundary of a transaction at which its process dies; below 0 when it lives.</summary>
    public int DiesInTransactionAt() => Happens(Mischief.Death) ? StreamOf(Mischief.Death).Next(Boundaries) : -1;

    /// <summary>The statement of a transaction that takes too long; below 0 when none does.</summary>
    public int SlowAt() => Happens(Mischief.Slow) ? StreamOf(Mischief.Slow).Next(Boundaries) : -1;

    /// <summary>Longer than a count may take, and than a slot is leased.</summary>
    public TimeSpan SlowTime() => TimeSpan.FromSeconds(31 + StreamOf(Mischief.Slow).Next(30));

    /// <summary>How long a process stands still: less than the lease of a slot, more than it, or more than a claim lasts.</summary>
    public TimeSpan StallTime() => TimeSpan.FromSeconds(StreamOf(Mischief.Stall).Next(4) switch
    {
        0 => 1 + StreamOf(Mischief.Stall).Next(29),
        1 or 2 => 31 + StreamOf(Mischief.Stall).Next(85),
        _ => 121 + StreamOf(Mischief.Stall).Next(300)
    });

    public TimeSpan TimersAreLate() => TimeSpan.FromMilliseconds(StreamOf(Mischief.Stall).Next(100));

    public TimeSpan TimeToRestart() => TimeSpan.FromSeconds(1 + StreamOf(Mischief.Death).Next(90));

    public Random Settings => StreamOf(Mischief.Setting);
}
