namespace Billing.Simulation;

/// <summary>
/// How bad the world is for one seed. All is drawn from it, in the order in which it happens; so the same seed happens again in the same way.
/// </summary>
sealed class Plan
{
    public const int MostAccounts = 3;

    Random _random = new(0);

    public long Seed { get; private set; }
    public int Accounts { get; private set; } = 1;

    /// <summary>Chance that a message comes twice.</summary>
    public double Duplicates { get; private set; }

    /// <summary>Chance that a message is late, some of them by more than the inbox remembers.</summary>
    public double Late { get; private set; }

    /// <summary>Chance that a process dies in a step.</summary>
    public double Deaths { get; private set; }

    public double Unreachable { get; private set; }
    public double LostRequests { get; private set; }
    public double LostAnswers { get; private set; }
    public double SoftDeclines { get; private set; }
    public double HardDeclines { get; private set; }
    public double LostWebhooks { get; private set; }
    public bool HasWebhooks { get; private set; }

    public void Draw(long seed)
    {
        Seed = seed;
        _random = new Random((int)(seed ^ (seed >> 32)));
        Accounts = 1 + _random.Next(MostAccounts);
        Duplicates = Chance(0.2);
        Late = Chance(0.2);
        Deaths = Chance(0.1);
        Unreachable = Chance(0.2);
        LostRequests = Chance(0.3);
        LostAnswers = Chance(0.3);
        SoftDeclines = Chance(0.6);
        HardDeclines = Chance(0.2);
        LostWebhooks = Chance(0.5);
        HasWebhooks = _random.Next(2) == 0;
    }

    /// <summary>Nothing goes wrong.</summary>
    public void Calm(int accounts)
    {
        Draw(0);
        Accounts = accounts;
        Duplicates = Late = Deaths = Unreachable = LostRequests = LostAnswers = SoftDeclines = HardDeclines = LostWebhooks = 0;
        HasWebhooks = false;
    }

    /// <summary>Half of the seeds have none of it, the others some.</summary>
    double Chance(double most) => _random.Next(2) == 0 ? 0 : _random.NextDouble() * most;

    public bool Happens(double chance) => chance > 0 && _random.NextDouble() < chance;

    public int Below(int limit) => _random.Next(limit);

    public T Of<T>(IReadOnlyList<T> some) => some[_random.Next(some.Count)];

    public int Copies() => Happens(Duplicates) ? 2 : 1;

    public TimeSpan Slowness() => !Happens(Late) ? TimeSpan.Zero : _random.Next(16) switch
    {
        0 => TimeSpan.FromHours(25 + _random.Next(24)),     // the gateway forgets keys after a day
        < 4 => TimeSpan.FromMinutes(31 + _random.Next(300)),
        _ => TimeSpan.FromSeconds(_random.Next(120))
    };

    public TimeSpan StepTime() => TimeSpan.FromMilliseconds(1 + _random.Next(20));

    public TimeSpan GatewayTime() => TimeSpan.FromMilliseconds(_random.Next(400));

    public TimeSpan WebhookTime() => _random.Next(4) == 0 ? TimeSpan.FromMinutes(_random.Next(3000)) : TimeSpan.FromSeconds(_random.Next(60));

    /// <summary>When after the begin a person acts: while the month closes, or weeks later.</summary>
    public TimeSpan ActTime() => _random.Next(3) == 0 ? TimeSpan.FromSeconds(_random.Next(300)) : TimeSpan.FromHours(_random.Next(24 * 30));

    public TimeSpan WaitOfOperator() => TimeSpan.FromSeconds(_random.Next(30));

    /// <summary>How many other messages are handled while the gateway thinks.</summary>
    public int StepsMeanwhile() => _random.Next(3) == 0 ? _random.Next(4) : 0;

    /// <summary>The boundary at which the process of a step dies; below 0 when it lives.</summary>
    public int DiesAt() => Happens(Deaths) ? _random.Next(30) : -1;
}
