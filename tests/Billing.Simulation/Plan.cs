namespace Billing.Simulation;

/// <summary>What can go wrong, and what people do. Each has a stream of its own, so that one can be left out and the others stay as they were.</summary>
enum Mischief
{
    Death,
    Double,
    Late,
    Unreachable,
    LostRequest,
    LostAnswer,
    SoftDecline,
    HardDecline,
    LostEvent,

    /// <summary>Of a message that has a sweeper behind it: it is gone for good.</summary>
    LostMessage,
    Act,

    /// <summary>Somebody pauses the run, and resumes it later.</summary>
    Pause,

    /// <summary>A process stands still, perhaps for longer than its leases, and goes on.</summary>
    Stall,

    /// <summary>A statement takes longer than a count may.</summary>
    Slow,

    /// <summary>A tick of the scheduler never comes.</summary>
    LostTick,

    /// <summary>Somebody changes how many jobs may run.</summary>
    Setting
}

/// <summary>
/// How bad the world is for one seed. All is drawn from it, in the order in which it happens; so the same seed happens again in the same way. Each mischief
/// that happens has a number, and may be left out by it: that is how a seed that fails is made smaller.
/// </summary>
sealed partial class Plan
{
    public const int MostAccounts = 3;

    static readonly int Kinds = Enum.GetValues<Mischief>().Length;

    readonly double[] _chances = new double[Kinds];
    readonly Random?[] _streams = new Random?[Kinds];
    readonly int[] _happened = new int[Kinds];
    Random _random = new(0);

    public long Seed { get; private set; }
    public int Accounts { get; private set; } = 1;
    public bool HasWebhooks { get; private set; }

    /// <summary>The only mischief that may happen, such as <c>Death.0</c>; null for all that is drawn.</summary>
    public IReadOnlySet<string>? Only { get; set; }

    /// <summary>At most; fewer when fewer are drawn.</summary>
    public int AccountsAtMost { get; set; } = MostAccounts;

    /// <summary>What happened in this seed, each by its name and number.</summary>
    public List<string> Happened { get; } = [];

    public void Draw(long seed)
    {
        Begin(seed);
        // most months are small: many accounts show little that two do not
        Accounts = Math.Min(AccountsAtMost, _random.Next(10) switch { < 5 => 1, < 8 => 2, _ => MostAccounts });
        Chance(Mischief.Double, 0.2);
        Chance(Mischief.Late, 0.2);
        Chance(Mischief.Death, 0.1);
        Chance(Mischief.Unreachable, 0.2);
        Chance(Mischief.LostRequest, 0.3);
        Chance(Mischief.LostAnswer, 0.3);
        Chance(Mischief.SoftDecline, 0.6);
        Chance(Mischief.HardDecline, 0.2);
        Chance(Mischief.LostEvent, 0.5);
        Chance(Mischief.LostMessage, 0.3);
        _chances[(int)Mischief.Act] = 1;
        _chances[(int)Mischief.Pause] = seed % 3 == 0 ? 1 : 0;      // drawn from nothing, so that the other months are what they were
        _chances[(int)Mischief.Stall] = seed % 4 == 1 ? 0.15 : 0;       // as pauses: drawn from nothing
        HasWebhooks = _random.Next(2) == 0;
    }

    void Begin(long seed)
    {
        Seed = seed;
        _random = new Random((int)(seed ^ (seed >> 32)));
        Array.Clear(_chances);
        Array.Clear(_streams);
        Array.Clear(_happened);
        Happened.Clear();
    }

    /// <summary>Nothing goes wrong.</summary>
    public void Calm(int accounts)
    {
        Draw(0);
        Accounts = accounts;
        Array.Clear(_chances);
        HasWebhooks = false;
    }

    /// <summary>Half of the seeds have none of it, the others some.</summary>
    void Chance(Mischief kind, double most) => _chances[(int)kind] = _random.Next(2) == 0 ? 0 : _random.NextDouble() * most;

    public bool Happens(Mischief kind)
    {
        if (_chances[(int)kind] is var chance && (chance == 0 || (chance < 1 && StreamOf(kind).NextDouble() >= chance)))
            return false;
        var name = $"{kind}.{_happened[(int)kind]++}";
        if (Only?.Contains(name) == false)
            return false;
        Happened.Add(name);
        return true;
    }

    Random StreamOf(Mischief kind) => _streams[(int)kind] ??= new Random(unchecked(((int)(Seed ^ (Seed >> 32)) * 31) + 7919 * (1 + (int)kind)));

    public int Below(int limit) => _random.Next(limit);

    public T Of<T>(IReadOnlyList<T> some) => some[_random.Next(some.Count)];

    public int Copies() => Happens(Mischief.Double) ? 2 : 1;

    public TimeSpan Slowness()
    {
        if (!Happens(Mischief.Late))
            return TimeSpan.Zero;
        var late = StreamOf(Mischief.Late);
        return late.Next(16) switch
        {
            0 => TimeSpan.FromHours(25 + late.Next(24)),     // the gateway forgets keys after a day
            < 4 => TimeSpan.FromMinutes(31 + late.Next(300)),
            _ => TimeSpan.FromSeconds(late.Next(120))
        };
    }

    public TimeSpan StepTime() => TimeSpan.FromMilliseconds(1 + _random.Next(20));

    public TimeSpan GatewayTime() => TimeSpan.FromMilliseconds(_random.Next(400));

    public TimeSpan WebhookTime() => _random.Next(4) == 0 ? TimeSpan.FromMinutes(_random.Next(3000)) : TimeSpan.FromSeconds(_random.Next(60));

    public TimeSpan WaitOfOperator() => TimeSpan.FromSeconds(_random.Next(30));

    /// <summary>How many other messages are handled while the gateway thinks.</summary>
    public int StepsMeanwhile() => _random.Next(3) == 0 ? _random.Next(4) : 0;

    /// <summary>The boundary at which the process of a step dies; below 0 when it lives.</summary>
    public int DiesAt() => Happens(Mischief.Death) ? StreamOf(Mischief.Death).Next(30) : -1;

    /// <summary>What people do has a stream of its own, drawn before anything happens.</summary>
    public Random Acts => StreamOf(Mischief.Act);

    public Random Pauses => StreamOf(Mischief.Pause);
}
