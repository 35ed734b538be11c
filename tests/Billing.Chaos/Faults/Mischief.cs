using Billing.Testing;

namespace Billing.Chaos.Faults;

/// <summary>
/// Does one thing after the other to the installation, what, to whom and when as the dice say. What lasts goes on beside the next; <see cref="EndAsync"/> ends it.
/// </summary>
sealed class Mischief(Installation installation, Random dice, Tally tally)
{
    /// <summary>Each kind as often as it stands here: kills are many, what hits everybody is rare.</summary>
    static readonly Kind[] Kinds =
    [
        Kind.Kill, Kind.Kill, Kind.Kill, Kind.Kill, Kind.Kill, Kind.Kill, Kind.Kill, Kind.Drop, Kind.Drop, Kind.Cut, Kind.Silence, Kind.Slow,
        Kind.BrokerRestart, Kind.BrokerKill, Kind.DatabaseRestart, Kind.DatabaseKill, Kind.Roll, Kind.Pause
    ];

    /// <summary>Longer than the longest lease of the installation, which is Notification's of 30 s.</summary>
    static readonly TimeSpan LongerThanEveryLease = TimeSpan.FromSeconds(35);

    /// <summary>Exit code of a service that its supervisor is to start again.</summary>
    const int TryAgain = 75;

    readonly List<Task> _lasting = [];
    readonly HashSet<Member> _paused = [];

    /// <summary>What the processes did that none of it excuses.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>
    /// Until <paramref name="isOver"/>, but no more than <paramref name="most"/> acts: a service that never lives long enough to start gets nowhere. What was
    /// planned is done even when the month has ended before: the letters and the collections go on.
    /// </summary>
    /// <param name="least">Acts that are done in any case.</param>
    public async Task RunAsync(int least, int most, Func<Task<bool>> isOver)
    {
        for (var act = 0; act < most && (act < least || !await isOver()); act++)
        {
            await ForAsync(0.2, 3);
            await DoAsync(Kinds[dice.Next(Kinds.Length)]);
        }
    }

    /// <summary>Nothing is done to anybody from here on.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(_lasting);
        _lasting.Clear();
        await SuperviseAsync();
    }

    async Task DoAsync(Kind kind)
    {
        switch (kind)
        {
            case Kind.Kill: await KillAsync(); break;
            case Kind.Pause: _lasting.Add(PauseAsync()); break;
            case Kind.Drop: DropOne(); break;
            case Kind.Cut: _lasting.Add(LastAsync("cut", wire => wire.Cut(), wire => wire.Mend())); break;
            case Kind.Silence: _lasting.Add(LastAsync("silence", wire => wire.FallSilent(), wire => wire.Speak())); break;
            case Kind.Slow: _lasting.Add(LastAsync("slow line", wire => wire.Delay = TimeSpan.FromMilliseconds(40), wire => wire.Delay = TimeSpan.Zero)); break;
            case Kind.Roll: await RollAsync(); break;
            default: await ServerAsync(kind); break;
        }

        await SuperviseAsync();
    }

    async Task KillAsync()
    {
        var member = installation.Members[dice.Next(installation.Members.Count)];
        await member.Process.KillAndStartAsync();
        tally.Add($"kill of {member.Name}");
    }

    /// <summary>One that is stopped when it is killed is started again by the kill; to wake it then does no harm.</summary>
    async Task PauseAsync()
    {
        var member = installation.Members[dice.Next(1, installation.Members.Count)];
        if (!_paused.Add(member))
            return;
        await member.Process.PauseAsync();
        tally.Add($"pause of {member.Name}");
        await Task.Delay(LongerThanEveryLease, TimeProvider.System);
        await member.Process.ContinueAsync();
        _paused.Remove(member);
    }

    void DropOne()
    {
        var (wire, name) = OneWire();
        wire.DropConnections();
        tally.Add($"drop between {name}");
    }

    async Task LastAsync(string what, Action<TcpCut> begin, Action<TcpCut> end)
    {
        var (wire, name) = OneWire();
        var (least, most) = (0.5, 12.0);
        begin(wire);
        tally.Add($"{what} between {name}");
        await ForAsync(least, most);
        end(wire);
    }

    (TcpCut Wire, string Name) OneWire()
    {
        var member = installation.Members[dice.Next(1, installation.Members.Count)];
        var (wire, to) = member.Wires[dice.Next(member.Wires.Count)];
        return (wire, $"{member.Name} and {to}");
    }

    /// <summary>As an orchestrator brings in a new version: asked to end, waited for, and ready again before the next has its turn.</summary>
    async Task RollAsync()
    {
        foreach (var member in installation.Members.Skip(1).Where(member => !_paused.Contains(member)).ToList())
        {
            await member.Process.StopAsync(TimeSpan.FromSeconds(30));
            member.Process.Start();
        }

        tally.Add("rolling restart");
    }

    async Task ServerAsync(Kind kind)
    {
        var servers = installation.Servers;
        var (end, start, what) = kind switch
        {
            Kind.BrokerRestart => (servers.StopBrokerAsync(), (Func<Task>)servers.StartBrokerAsync, "restart of RabbitMQ"),
            Kind.BrokerKill => (servers.KillBrokerAsync(), servers.StartBrokerAsync, "kill of RabbitMQ"),
            Kind.DatabaseRestart => (servers.StopDatabaseAsync(), servers.StartDatabaseAsync, "restart of PostgreSQL"),
            _ => (servers.KillDatabaseAsync(), servers.StartDatabaseAsync, "kill of PostgreSQL")
        };
        await end;
        await ForAsync(0, 4);
        await start();
        tally.Add(what);
    }

    /// <summary>Stands in for an orchestrator: starts again what ended by itself. Only with 75, "my bus cannot be healed", may a service do so.</summary>
    async Task SuperviseAsync()
    {
        foreach (var member in installation.Members.Where(member => member.Process.HasEnded).ToList())
        {
            tally.Add($"own end of {member.Name}");
            if (member.Process.ExitCode != TryAgain)
                Faults.Add($"{member.Name} ended by itself with {member.Process.ExitCode}:\n{member.Process.Output}");
            await member.Process.KillAndStartAsync();
        }
    }

    Task ForAsync(double least, double most) => Task.Delay(TimeSpan.FromSeconds(least + dice.NextDouble() * (most - least)), TimeProvider.System);
}
