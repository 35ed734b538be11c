using System.Net.Http.Json;
using System.Text.Json;
using Billing.Testing;

namespace Billing.Chaos.Faults;

/// <summary>To an installation whose processes and servers are chaos's own. What lasts goes on beside the next act.</summary>
sealed class OwnMischief(OwnInstallation installation, Supervisor supervisor, Random dice, Tally tally) : DrawnMischief(dice)
{
    /// <summary>Each kind as often as it stands here: kills are many, what hits everybody is rare.</summary>
    static readonly Kind[] Kinds =
    [
        Kind.Kill, Kind.Kill, Kind.Kill, Kind.Kill, Kind.Kill, Kind.Kill, Kind.Kill, Kind.Drop, Kind.Drop, Kind.Cut, Kind.Silence, Kind.Slow,
        Kind.BrokerRestart, Kind.BrokerKill, Kind.DatabaseRestart, Kind.DatabaseKill, Kind.Roll, Kind.Pause, Kind.Clock
    ];

    /// <summary>Of one broker among others.</summary>
    static readonly Kind[] OfOneBroker = [Kind.BrokerRestart, Kind.BrokerKill], OfCluster = [Kind.LeaderKill, Kind.QuorumLoss, Kind.NodeRestart];

    static readonly Kind[] OfPrimaryAndStandby = [Kind.Promotion, Kind.StandbyRestart, Kind.DatabaseKill];

    /// <summary>Where the disk can be filled, it often is.</summary>
    readonly Kind[] _kinds =
    [
        .. installation.Brokers.Count > 1 ? Kinds.Where(kind => !OfOneBroker.Contains(kind)).Concat(OfCluster) : Kinds,
        .. installation.HasReplica ? OfPrimaryAndStandby : [],
        .. installation.HasDatabaseDisk ? (Kind[])[Kind.DiskFull, Kind.DiskFull] : []
    ];

    /// <summary>What several servers are for is done once in each round, in an order that is drawn: every other act, until all were done.</summary>
    readonly Queue<Kind> _turns = new(Shuffled(dice,
        [.. installation.Brokers.Count > 1 ? OfCluster : [], .. installation.HasReplica ? OfPrimaryAndStandby : []]));

    int _acts;

    /// <summary>Longer than the longest lease of the installation, which is Notification's of 30 s.</summary>
    static readonly TimeSpan LongerThanEveryLease = TimeSpan.FromSeconds(35);

    readonly List<Task> _lasting = [];
    readonly HashSet<Member> _paused = [], _wrong = [];

    protected override Task DoOneAsync() => DoAsync(_acts++ % 2 == 0 && _turns.TryDequeue(out var turn) ? turn : _kinds[Dice.Next(_kinds.Length)]);

    static Kind[] Shuffled(Random dice, Kind[] kinds)
    {
        dice.Shuffle(kinds);
        return kinds;
    }

    public override async Task EndAsync()
    {
        await Task.WhenAll(_lasting);
        _lasting.Clear();
        foreach (var member in _wrong)
            await SetClockAsync(member, TimeSpan.Zero);
        _wrong.Clear();
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
            case Kind.Clock: await TurnClockAsync(); break;
            case Kind.DiskFull: await FillDiskAsync(); break;
            case Kind.LeaderKill: await KillLeaderAsync(); break;
            case Kind.QuorumLoss: await LoseQuorumAsync(); break;
            case Kind.NodeRestart: await RestartNodeAsync(); break;
            case Kind.Promotion: await PromoteAsync(); break;
            case Kind.StandbyRestart: await RestartStandbyAsync(); break;
            default: await ServerAsync(kind); break;
        }
    }

    async Task KillAsync()
    {
        var member = installation.Members[Dice.Next(installation.Members.Count)];
        await supervisor.WithAsync(member.Process.KillAndStartAsync);
        tally.Add($"kill of {member.Name}");
    }

    async Task TurnClockAsync()
    {
        if (installation.Hook is null)
            return;
        var member = installation.Members[Dice.Next(1, installation.Members.Count)];
        await SetClockAsync(member, TimeSpan.FromMinutes(Dice.Next(2) == 0 ? -2 : 2));
        _wrong.Add(member);
        tally.Add($"wrong clock of {member.Name}");
    }

    Task SetClockAsync(Member member, TimeSpan wrongBy)
    {
        foreach (var (name, value) in installation.InsideSettings(wrongBy))
            member.Process.Settings[name] = value;
        return supervisor.WithAsync(member.Process.KillAndStartAsync);
    }

    /// <summary>One that is stopped when it is killed is started again by the kill; to wake it then does no harm.</summary>
    async Task PauseAsync()
    {
        var member = installation.Members[Dice.Next(1, installation.Members.Count)];
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
        begin(wire);
        tally.Add($"{what} between {name}");
        await ForAsync(0.5, 12);
        end(wire);
    }

    (TcpCut Wire, string Name) OneWire()
    {
        var member = installation.Members[Dice.Next(1, installation.Members.Count)];
        var (wire, to) = member.Wires[Dice.Next(member.Wires.Count)];
        return (wire, $"{member.Name} and {to}");
    }

    /// <summary>As an orchestrator brings in a new version: asked to end, waited for, and ready again before the next has its turn.</summary>
    async Task RollAsync()
    {
        foreach (var member in installation.Members.Skip(1).Where(member => !_paused.Contains(member)).ToList())
        {
            await supervisor.WithAsync(async () =>
            {
                await member.Process.StopAsync(TimeSpan.FromSeconds(30));
                member.Process.Start();
            });
        }

        tally.Add("rolling restart");
    }

    /// <summary>A server that cannot write its log ends, and is started when there is room again.</summary>
    async Task FillDiskAsync()
    {
        await installation.Servers.FillDatabaseDiskAsync();
        await ForAsync(2, 10);
        await installation.Servers.FreeDatabaseDiskAsync();
        await installation.Servers.StartDatabaseAsync();
        tally.Add("full disk of PostgreSQL");
    }

    async Task KillLeaderAsync()
    {
        var node = await LeaderOfBusiestAsync();
        await installation.Servers.KillBrokerAsync(node);
        await ForAsync(1, 5);
        await installation.Servers.StartBrokerAsync(node);
        tally.Add("kill of the node that leads the busiest queue");
    }

    /// <summary>Of the service's queue in which most waits, or of that through which all chunks go. Any node, when the broker does not say.</summary>
    async Task<int> LeaderOfBusiestAsync()
    {
        try
        {
            var queues = await installation.Management.GetFromJsonAsync<JsonElement[]>(
                new Uri($"api/queues/{installation.VirtualHost}?columns=name,type,messages", UriKind.Relative));
            var busiest = queues!.Where(queue => queue.GetProperty("type").GetString() == "quorum" && MessagesIn(queue) > 0)
                .OrderByDescending(MessagesIn).Select(queue => queue.GetProperty("name").GetString()!)
                .FirstOrDefault(name => name != "outcomes" && !name.EndsWith("_error", StringComparison.Ordinal)) ?? "month-close-chunk-state";
            return await installation.Servers.LeaderOfAsync(busiest) ?? 0;
        }
        catch (HttpRequestException)
        {
            return Dice.Next(installation.Servers.Brokers.Count);
        }

        static int MessagesIn(JsonElement queue) => queue.TryGetProperty("messages", out var messages) ? messages.GetInt32() : 0;
    }

    /// <summary>A node that was killed waits at its start for those that saw later messages: they are started together.</summary>
    async Task LoseQuorumAsync()
    {
        var servers = installation.Servers;
        var left = Dice.Next(servers.Brokers.Count);
        var nodes = Enumerable.Range(0, servers.Brokers.Count).Where(node => node != left).ToList();
        foreach (var node in nodes)
            await servers.KillBrokerAsync(node);
        await ForAsync(3, 8);
        await Task.WhenAll(nodes.Select(node => servers.StartBrokerAsync(node)));
        tally.Add("loss of the quorum");
    }

    async Task RestartNodeAsync()
    {
        var node = Dice.Next(installation.Servers.Brokers.Count);
        await installation.Servers.StopBrokerAsync(node);
        await ForAsync(0, 4);
        await installation.Servers.StartBrokerAsync(node);
        tally.Add("restart of a node");
    }

    async Task PromoteAsync()
    {
        await installation.Servers.PromoteAsync();
        tally.Add("kill of the primary and promotion");
        await ForAsync(1, 5);
        await installation.Servers.FollowAsync();
    }

    async Task RestartStandbyAsync()
    {
        await installation.Servers.StopStandbyAsync();
        await ForAsync(1, 5);
        await installation.Servers.StartStandbyAsync();
        tally.Add("restart of the standby");
    }

    async Task ServerAsync(Kind kind)
    {
        var servers = installation.Servers;
        var (end, start, what) = kind switch
        {
            Kind.BrokerRestart => (servers.StopBrokerAsync(), (Func<Task>)(() => servers.StartBrokerAsync()), "restart of RabbitMQ"),
            Kind.BrokerKill => (servers.KillBrokerAsync(), () => servers.StartBrokerAsync(), "kill of RabbitMQ"),
            Kind.DatabaseRestart => (servers.StopDatabaseAsync(), servers.StartDatabaseAsync, "restart of PostgreSQL"),
            _ => (servers.KillDatabaseAsync(), servers.StartDatabaseAsync, "kill of PostgreSQL")
        };
        await end;
        await ForAsync(0, 4);
        await start();
        tally.Add(what);
    }
}
