using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Chaos.Faults;
using Billing.Testing;
using Npgsql;

namespace Billing.Chaos;

/// <summary>A process of the installation, and the wires by which it reaches the servers.</summary>
/// <param name="Process">It.</param>
/// <param name="Wires">Each with what is at its other end; none for the gateway.</param>
sealed record Member(ServiceProcess Process, IReadOnlyList<(TcpCut Wire, string To)> Wires)
{
    public string Name => Process.Name["Billing.".Length..];
}

/// <summary>
/// A whole back office of its own: broker, database server, simulated gateway and the services as processes, with settings that make leases short.
/// </summary>
sealed class OwnInstallation : Installation
{
    static readonly TimeSpan Start = TimeSpan.FromMinutes(3);

    readonly string _folder = Directory.CreateTempSubdirectory("billing-chaos-").FullName;
    readonly string _logs;
    readonly List<Member> _members = [];
    readonly List<TcpCut> _wires = [];
    readonly Dictionary<string, string> _databases = [];
    readonly Dictionary<string, ServiceDatabase> _access = [];
    readonly Plan _plan;
    readonly Supervisor _supervisor;

    OwnInstallation(PrivateServers servers, Plan plan)
    {
        (Servers, _plan) = (servers, plan);
        _logs = Directory.CreateDirectory(plan.Logs ?? Path.Combine(_folder, "log")).FullName;
        if (plan.Inside || plan.Without is not null)
            Hook = new Hook(Path.Combine(_folder, "inside"));
        _supervisor = new Supervisor(this);
    }

    /// <summary>The hook in every service; null when they are as they are delivered.</summary>
    public Hook? Hook { get; }

    public PrivateServers Servers { get; }

    /// <summary>Whether the disk of the database server can be filled.</summary>
    public bool HasDatabaseDisk => _plan.FullDisk;

    /// <summary>Every process, the gateway first.</summary>
    public IReadOnlyList<Member> Members => _members;

    /// <summary>Whether the database server has a standby.</summary>
    public bool HasReplica => _plan.Replica;

    public override IReadOnlyList<Uri> Brokers => Servers.Brokers;
    public override HttpClient Management => Servers.Management;
    public override HttpClient? Gateway => _members[0].Process.Http;
    public override string Mails => Path.Combine(_folder, "mail");
    public override IReadOnlyDictionary<string, string> Databases => _databases;
    public override IEnumerable<HttpClient> MonthCloses => _members.Where(member => member.Name == "MonthClose").Select(member => member.Process.Http);
    public override IReadOnlyList<string> Faults => _supervisor.Faults;

    /// <summary>What a dead process had is taken over after leases of up to 30 s, and what became of a charge is asked for during minutes.</summary>
    public override TimeSpan Patience => TimeSpan.FromMinutes(4);

    public static async Task<OwnInstallation> OpenAsync(Plan plan)
    {
        var installation = new OwnInstallation(await ServersAsync(plan), plan);
        try
        {
            await installation.StartAsync(plan.Copies);
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    static async Task<PrivateServers> ServersAsync(Plan plan)
    {
        try
        {
            return await PrivateServers.OpenAsync(plan.DatabaseDisk, plan.Brokers, plan.Replica);
        }
        catch (DiskNotMountedException trouble)
        {
            throw new UnusableInstallationException($"--full-disk needs a disk that can be mounted, and here none can: {trouble.Message}");
        }
    }

    async Task StartAsync(int copies)
    {
        foreach (var service in (string[])["monthclose", "notification", "seatrefresh", "scheduler"])
        {
            _access[service] = await Servers.AddDatabaseAsync(service);
            _databases[service] = $"{_access[service].Administrator};Pooling=false";      // a kept connection would die with the server
        }

        var gateway = new ServiceProcess("infra/Billing.SimulatedGateway", new() { ["Gateway__Folder"] = Path.Combine(_folder, "gateway") });
        gateway.LogTo(Path.Combine(_logs, "gateway.log"));
        _members.Add(new Member(gateway, []));
        for (var copy = 1; copy <= copies; copy++)
        {
            var wire = Wire(gateway.Http.BaseAddress!);
            Add("MonthClose", copy, MonthCloseSettings(wire, _plan.Accounts), wire);
            Add("Notification", copy, new()
            {
                ["Mail__PickupFolder"] = Mails,
                ["Sending__Email__Kind"] = "Unlimited",
                ["Sending__Lease"] = "00:00:30",
                ["Sending__LookEvery"] = "00:00:01",
                ["Sending__Retry__Waits__0"] = "00:00:02"
            });
            Add("SeatRefresh", copy, new()
            {
                ["Refreshing__ClaimAtOnce"] = "10",
                ["Refreshing__SlotLease"] = "00:00:04",
                ["Refreshing__ClaimTime"] = "00:00:06",
                ["Refreshing__JobTime"] = "00:00:05",
                ["Refreshing__FirstPause"] = "00:00:01",
                ["Refreshing__LookEvery"] = "00:00:01"
            });
            Add("Scheduler", copy, []);
        }

        // one of each makes the tables, the others find them
        foreach (var some in _members.Chunk(5))
        {
            foreach (var member in some)
                member.Process.Start();
            await Task.WhenAll(some.Select(member => member.Process.IsAsync(true, Start)));
        }

        if (_plan.Without == "outbox")
            await BreakOutboxAsync();
    }

    /// <summary>What a transaction says is gone with it: what is not sent by the process that committed is sent by none.</summary>
    Task BreakOutboxAsync() => ExecuteAsync("monthclose", """
        create function forget_message() returns trigger language plpgsql as
            $$ begin delete from "OutboxMessage" where "SequenceNumber" = new."SequenceNumber"; return null; end $$;
        create constraint trigger forget after insert on "OutboxMessage" deferrable initially deferred
            for each row when (new."EnqueueTime" is null) execute function forget_message();
        """);

    /// <summary>What a charge's fate takes days for, it takes seconds for here.</summary>
    static Dictionary<string, string> MonthCloseSettings(TcpCut gateway, int accounts)
    {
        var settings = new Dictionary<string, string>
        {
            ["Gateway__BaseAddress"] = $"http://127.0.0.1:{gateway.Port}/",
            ["Gateway__Timeout"] = "00:00:02",
            ["Gateway__AskWithin"] = "00:00:10",
            ["Gateway__NotFoundIsBelievedAfter"] = "00:00:03",
            ["Gateway__SweepEvery"] = "00:00:02",
            ["Gateway__MaxChargesPerDay"] = "1000",
            ["Limits__gateway"] = "unlimited",
            // a chunk costs more than the accounts in it: enough of them that a fault always meets some, and no more
            ["Closing__ChunkSize"] = Math.Max(10, accounts / 40).ToString(CultureInfo.InvariantCulture),
            ["Reconciling__SettleTime"] = "00:00:01"
        };
        foreach (var (seconds, at) in ((int[])[1, 2, 5, 10, 20, 30, 60, 60]).Select((seconds, at) => (seconds, at)))
            settings[$"Gateway__AskAfter__{at}"] = TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture);
        return settings;
    }

    void Add(string service, int copy, Dictionary<string, string> settings, TcpCut? gateway = null)
    {
        var brokers = Servers.Brokers.Select(Wire).ToList();
        var access = _access[service.ToLowerInvariant()];
        var databases = Servers.DatabasePorts.Select(port => Wire(new Uri($"tcp://{TcpCut.Host}:{port}"))).ToList();
        var connection = new NpgsqlConnectionStringBuilder(access.Service) { Host = HostsOf(databases), Pooling = true, MaxPoolSize = 30 };
        // as somebody sets it who relies on what is not set
        connection.Remove("Port");
        connection.Remove("Target Session Attributes");
        connection.Remove("Host Recheck Seconds");
        var user = BrokerUsers.Of(access, Servers.RabbitMq);
        settings["Database__ConnectionString"] = connection.ConnectionString;
        settings["Database__OwnerConnectionString"] = access.Owner;
        settings["Database__ReadReplica"] = HasReplica ? "true" : "";
        // one alone is told as every release understands it
        (settings["RabbitMq__Host"], settings["RabbitMq__Port"]) = brokers is [var only]
            ? (TcpCut.Host, only.Port.ToString(CultureInfo.InvariantCulture)) : (HostsOf(brokers), "");
        settings["RabbitMq__VirtualHost"] = Servers.VirtualHost;
        settings["RabbitMq__Username"] = user.Name;
        settings["RabbitMq__Password"] = user.Password;
        settings["RabbitMq__GiveUpAfter"] = "00:00:10";
        foreach (var (name, value) in InsideSettings(TimeSpan.Zero))
            settings[name] = value;
        settings["Sealing__CurrentKey"] = "chaos";
        settings["Sealing__Keys__chaos"] = Convert.ToBase64String(new byte[32]);
        var process = new ServiceProcess($"services/Billing.{service}", settings);
        process.LogTo(Path.Combine(_logs, $"{service.ToLowerInvariant()}-{copy}.log"));
        _members.Add(new Member(process, [
            .. brokers.Select(wire => (wire, "the broker")), .. databases.Select(wire => (wire, "the database")),
            .. gateway is null ? [] : (IEnumerable<(TcpCut, string)>)[(gateway, "the gateway")]
        ]));
    }

    static string HostsOf(IEnumerable<TcpCut> wires) => string.Join(',', wires.Select(wire => $"{TcpCut.Host}:{wire.Port}"));

    /// <summary>Nothing when no hook is asked for and the clock is right.</summary>
    public IEnumerable<KeyValuePair<string, string>> InsideSettings(TimeSpan clock) => Hook?.Settings(_plan, clock) ?? [];

    TcpCut Wire(Uri server)
    {
        var wire = new TcpCut(server.Host, server.Port);
        _wires.Add(wire);
        return wire;
    }

    public override Mischief MischiefOf(Random dice, Tally tally, Action<string> say)
    {
        _supervisor.Tally = tally;
        return _plan.Beside is { } other ? new RollOut(this, _supervisor, other, tally, say) : new OwnMischief(this, _supervisor, dice, tally);
    }

    public override void Arm() => Hook?.Arm();
    public override void Disarm() => Hook?.Disarm();

    public override bool CanMakeSeatsDue => true;

    /// <summary>A day passes for the subscriptions.</summary>
    public override Task MakeSeatsDueAsync() => ExecuteAsync("seatrefresh",
        """update "Subscription" set "NextRefreshAt" = '1970-01-01', "LastSeatRefreshAt" = "LastSeatRefreshAt" - interval '1 day'""");

    /// <summary>Every queue that is defined has its three members again, and one of them leads. Queues of what failed are made when something fails.</summary>
    public override async Task<IReadOnlyList<string>> ServerFaultsAsync()
    {
        if (_plan.Brokers == 1)
            return [];
        var queues = await Management.GetFromJsonAsync<JsonElement[]>(
            new Uri($"api/queues/{VirtualHost}?columns=name,type,members,online,leader", UriKind.Relative));
        return [.. queues!.Where(queue => IsDefined(queue.GetProperty("name").GetString()!) && !IsWhole(queue)).Select(queue => $"servers: {queue}")];

        bool IsWhole(JsonElement queue) => queue.GetProperty("type").GetString() == "quorum"
            && CountOf(queue, "members") == _plan.Brokers && CountOf(queue, "online") == _plan.Brokers;

        static int CountOf(JsonElement queue, string what) => queue.TryGetProperty(what, out var some) ? some.GetArrayLength() : 0;

        static bool IsDefined(string queue) => !queue.EndsWith("_error", StringComparison.Ordinal) && !queue.EndsWith("_skipped", StringComparison.Ordinal)
            && !queue.Contains("-bus-", StringComparison.Ordinal);
    }

    /// <summary>Fails when one of them does not become ready.</summary>
    public override Task AllAreReadyAsync() => Task.WhenAll(_members.Select(member => member.Process.IsAsync(true, Start)));

    public override async ValueTask DisposeAsync()
    {
        await _supervisor.DisposeAsync();
        foreach (var member in _members)
            member.Process.Dispose();
        foreach (var wire in _wires)
            await wire.DisposeAsync();
        await Servers.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
