using System.Globalization;
using System.Net.Http.Json;
using Billing.Testing;
using Npgsql;

namespace Billing.Chaos;

/// <summary>A process of the installation, and the wires by which it reaches the servers.</summary>
/// <param name="Process">It.</param>
/// <param name="Broker">Its connections to the broker; null for the gateway, which has none.</param>
/// <param name="Database">Its connections to its database; null for the gateway.</param>
/// <param name="Gateway">Its connections to the gateway; null for who does not speak to it.</param>
sealed record Member(ServiceProcess Process, TcpCut? Broker, TcpCut? Database, TcpCut? Gateway)
{
    public string Name => Process.Name["Billing.".Length..];

    /// <summary>Each with what is at its other end.</summary>
    public IReadOnlyList<(TcpCut Wire, string To)> Wires =>
        [.. new (TcpCut? Wire, string To)[] { (Broker, "the broker"), (Database, "the database"), (Gateway, "the gateway") }.Where(one => one.Wire is not null)
            .Select(one => (one.Wire!, one.To))];
}

/// <summary>
/// A whole back office of its own: broker, database server, simulated gateway and the services as processes, with settings that make leases short.
/// </summary>
sealed class Installation : IAsyncDisposable
{
    static readonly TimeSpan Start = TimeSpan.FromMinutes(3);

    readonly string _folder = Directory.CreateTempSubdirectory("billing-chaos-").FullName;
    readonly string _logs;
    readonly List<Member> _members = [];
    readonly List<TcpCut> _wires = [];
    readonly Dictionary<string, string> _databases = [];
    readonly Dictionary<string, ServiceDatabase> _access = [];

    readonly Plan _plan;

    Installation(PrivateServers servers, Plan plan)
    {
        (Servers, _plan) = (servers, plan);
        _logs = Directory.CreateDirectory(plan.Logs ?? Path.Combine(_folder, "log")).FullName;
        if (plan.Inside || plan.Without is not null)
            Hook = new Hook(Path.Combine(_folder, "inside"));
    }

    /// <summary>The hook in every service; null when they are as they are delivered.</summary>
    public Hook? Hook { get; }

    public PrivateServers Servers { get; }

    /// <summary>Every process, the gateway first.</summary>
    public IReadOnlyList<Member> Members => _members;

    public ServiceProcess Gateway => _members[0].Process;

    /// <summary>Where the customers' e-mails arrive.</summary>
    public string Mails => Path.Combine(_folder, "mail");

    /// <summary>Connection strings by service, past every wire.</summary>
    public IReadOnlyDictionary<string, string> Databases => _databases;

    public static async Task<Installation> OpenAsync(Plan plan)
    {
        var installation = new Installation(await PrivateServers.OpenAsync(), plan);
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

    async Task StartAsync(int copies)
    {
        foreach (var service in (string[])["monthclose", "notification", "seatrefresh", "scheduler"])
        {
            _access[service] = await Servers.AddDatabaseAsync(service);
            _databases[service] = $"{_access[service].Administrator};Pooling=false";      // a kept connection would die with the server
        }

        var gateway = new ServiceProcess("infra/Billing.SimulatedGateway", new() { ["Gateway__Folder"] = Path.Combine(_folder, "gateway") });
        gateway.LogTo(Path.Combine(_logs, "gateway.log"));
        _members.Add(new Member(gateway, null, null, null));
        for (var copy = 1; copy <= copies; copy++)
        {
            var wire = Wire(gateway.Http.BaseAddress!);
            Add("MonthClose", copy, MonthCloseSettings(wire), wire);
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
    static Dictionary<string, string> MonthCloseSettings(TcpCut gateway)
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
            ["Closing__ChunkSize"] = "10",
            ["Reconciling__SettleTime"] = "00:00:01"
        };
        foreach (var (seconds, at) in ((int[])[1, 2, 5, 10, 20, 30, 60, 60]).Select((seconds, at) => (seconds, at)))
            settings[$"Gateway__AskAfter__{at}"] = TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture);
        return settings;
    }

    void Add(string service, int copy, Dictionary<string, string> settings, TcpCut? gateway = null)
    {
        var broker = Wire(Servers.RabbitMq);
        var access = _access[service.ToLowerInvariant()];
        var connection = new NpgsqlConnectionStringBuilder(access.Service);
        var database = Wire(new Uri($"tcp://{connection.Host}:{connection.Port}"));
        (connection.Port, connection.Pooling, connection.MaxPoolSize) = (database.Port, true, 30);
        var user = BrokerUsers.Of(access, Servers.RabbitMq);
        settings["Database__ConnectionString"] = connection.ConnectionString;
        settings["Database__OwnerConnectionString"] = access.Owner;
        settings["RabbitMq__Host"] = TcpCut.Host;
        settings["RabbitMq__Port"] = broker.Port.ToString(CultureInfo.InvariantCulture);
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
        _members.Add(new Member(process, broker, database, gateway));
    }

    /// <summary>Nothing when no hook is asked for and the clock is right.</summary>
    public IEnumerable<KeyValuePair<string, string>> InsideSettings(TimeSpan clock) => Hook?.Settings(_plan, clock) ?? [];

    TcpCut Wire(Uri server)
    {
        var wire = new TcpCut(server.Host, server.Port);
        _wires.Add(wire);
        return wire;
    }

    /// <summary>
    /// Lets the gateway misbehave now and then until it is killed: it takes money and does not say so, says 500, is slow, or wants to be asked later.
    /// </summary>
    public async Task TeaseAsync(int seed)
    {
        var rules = ((string[])["cut_after_success", "error_after_success", "error_before", "rate_limited"])
            .Select(behaviour => new { rate = 0.03, behaviour, latency_ms = 0 }).Append(new { rate = 0.2, behaviour = "succeed", latency_ms = 300 });
        using var answer = await Gateway.Http.PutAsJsonAsync(new Uri("simulator/rules", UriKind.Relative),
            new { seed, rules = rules.Select(rule => new { payment_method = "pm_ok*", rule.rate, rule.behaviour, rule.latency_ms }) });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Lets the gateway take its time, so that a month lasts for as long as what is done to it meanwhile.</summary>
    public async Task SlowDownAsync()
    {
        using var answer = await Gateway.Http.PutAsJsonAsync(new Uri("simulator/rules", UriKind.Relative),
            new { seed = 1, rules = new[] { new { payment_method = "pm_ok*", rate = 1.0, behaviour = "succeed", latency_ms = 1200 } } });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Fails when one of them does not become ready.</summary>
    public Task AllAreReadyAsync() => Task.WhenAll(_members.Select(member => member.Process.IsAsync(true, Start)));

    public async Task<T> AskAsync<T>(string service, string sql)
    {
        await using var connection = new NpgsqlConnection(_databases[service]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string service, string sql)
    {
        await using var connection = new NpgsqlConnection(_databases[service]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Each row as its columns, null for an empty one.</summary>
    public async Task<IReadOnlyList<object?[]>> RowsAsync(string service, string sql)
    {
        await using var connection = new NpgsqlConnection(_databases[service]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object?[reader.FieldCount];
            for (var column = 0; column < row.Length; column++)
                row[column] = await reader.IsDBNullAsync(column) ? null : reader.GetValue(column);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>What one of MonthClose's processes answers; null while none of them does.</summary>
    public async Task<T?> AskMonthCloseAsync<T>(string path)
        where T : class
    {
        foreach (var member in _members.Where(member => member.Name == "MonthClose"))
            try
            {
                return await member.Process.Http.GetFromJsonAsync<T>(new Uri(path, UriKind.Relative));
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // it is down, or has something to compare that is away
            }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
            member.Process.Dispose();
        foreach (var wire in _wires)
            await wire.DisposeAsync();
        await Servers.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
