using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Billing.Testing;

/// <summary>No disk could be mounted; says what the system said.</summary>
public sealed class DiskNotMountedException(string why) : Exception(why);

/// <summary>
/// A RabbitMQ and a PostgreSQL that a test may stop and kill, started by the same scripts as those of
/// <c>./billing up</c>, with folders and ports of their own.
/// </summary>
/// <remarks>The broker may be a cluster of several nodes, and the database server have a standby that has each commit before it counts.</remarks>
public sealed class PrivateServers : IServers
{
    const string Scripts = """
        set -euo pipefail
        ROOT=$1 DATA=$2 RABBITMQ_NODES=$3
        . "$ROOT/infra/local/common.sh"
        . "$ROOT/infra/postgres/local.sh"
        . "$ROOT/infra/rabbitmq/local.sh"
        # a small disk is not filled by the log of the writes either
        ! mountpoint -q "$(postgres_home)" || POSTGRES_OPTIONS='-c max_wal_size=256MB'
        """;

    /// <summary>A start or a stop; the scripts have limits of their own, which are shorter and say more.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    readonly string _data = CreateFolder();
    readonly FirstThatAnswers _nodes = new();
    readonly HttpClient _management;
    readonly int _brokers;
    readonly bool _hasStandby;
    string _postgres = "";

    /// <summary>As the scripts call it: the first server has no number.</summary>
    (string Primary, string Standby) _servers = ("", "2");

    PrivateServers(int brokers, bool hasStandby)
    {
        (_brokers, _hasStandby) = (brokers, hasStandby);
        _management = new HttpClient(_nodes);
    }

    /// <summary>The first node.</summary>
    public Uri RabbitMq => Brokers[0];

    /// <summary>Every node.</summary>
    public IReadOnlyList<Uri> Brokers { get; private set; } = [];

    /// <summary>Of every database server, in the order of the hosts in a connection string.</summary>
    public IReadOnlyList<int> DatabasePorts { get; private set; } = [];

    public string VirtualHost => "billing";
    public HttpClient Management => _management;

    /// <summary>Where <c>./billing test</c> looks for what an interrupted test left running; else among the temporary folders.</summary>
    static string CreateFolder() => Environment.GetEnvironmentVariable("BILLING_TEST_SERVERS") is { Length: > 0 } parent
        ? Directory.CreateDirectory(Path.Combine(parent, $"{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("billing-servers-").FullName;

    /// <param name="databaseDisk">Bytes of a disk of its own for the database server, which can be filled; null for a folder among others.</param>
    /// <param name="brokers">Nodes of the broker.</param>
    /// <param name="hasStandby">Whether a second database server follows the first.</param>
    /// <exception cref="DiskNotMountedException">No disk can be mounted here: that takes root, and is not allowed in every container.</exception>
    public static async Task<PrivateServers> OpenAsync(long? databaseDisk = null, int brokers = 1, bool hasStandby = false)
    {
        var servers = new PrivateServers(brokers, hasStandby);
        try
        {
            if (databaseDisk is { } bytes)
                await servers.MountDatabaseDiskAsync(bytes);
            await servers.StartAsync();
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    async Task StartAsync()
    {
        // the database's own user has to reach its folder
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_data, (UnixFileMode)Convert.ToInt32("755", 8));
        var settings = await RunAsync("""
            mkdir -p "$DATA/run" "$DATA/log"
            start_postgres
            start_rabbitmq
            if [ "$RABBITMQ_NODES" -gt 1 ]; then
                for ((node = 2; node <= RABBITMQ_NODES; node++)); do BROKER_NODE=$node start_rabbitmq; done
                spread_queues >"$DATA/log/spread.log" 2>&1
            fi
            echo "$(secret POSTGRES) $(secret RABBITMQ)"
            echo "$(port POSTGRES) $(port POSTGRES2)"
            for ((node = 1; node <= RABBITMQ_NODES; node++)); do
                number=${node#1}
                echo "$(port "AMQP$number") $(port "MANAGEMENT$number")"
            done
            """);
        var lines = settings.Trim().Split('\n').TakeLast(2 + _brokers).Select(line => line.Split(' ')).ToList();
        var (postgres, rabbitMq) = (lines[0][0], lines[0][1]);
        DatabasePorts = [.. lines[1].Take(_hasStandby ? 2 : 1).Select(port => int.Parse(port, CultureInfo.InvariantCulture))];
        _postgres = (_hasStandby
            ? $"Host={string.Join(',', DatabasePorts.Select(port => $"127.0.0.1:{port}"))};Target Session Attributes=primary;Host Recheck Seconds=0"
            : $"Host=127.0.0.1;Port={DatabasePorts[0]}") + $";Username=postgres;Password={postgres}";
        Brokers = [.. lines.Skip(2).Select(ports => new Uri($"amqp://billing:{rabbitMq}@127.0.0.1:{ports[0]}"))];
        _nodes.Ports = [.. lines.Skip(2).Select(ports => int.Parse(ports[1], CultureInfo.InvariantCulture))];
        _management.BaseAddress = new Uri($"http://127.0.0.1:{_nodes.Ports[0]}/");
        _management.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"billing:{rabbitMq}")));
        await BrokerUsers.PermitAsync(_management, VirtualHost, RabbitMq);
        if (_hasStandby)
            await FollowAsync();
    }

    /// <param name="node">0 for the first.</param>
    public Task StopBrokerAsync(int node = 0) => RunAsync($"{Of(node)} stop_rabbitmq");

    public Task KillBrokerAsync(int node = 0) =>
        RunAsync($"""BROKER_NODE={NumberOf(node)}; kill -KILL "$(cat "$DATA/run/rabbitmq$BROKER_NODE.pid")"; stop_rabbitmq""");

    public Task StartBrokerAsync(int node = 0) => RunAsync($"{Of(node)} start_rabbitmq");

    static string Of(int node) => $"BROKER_NODE={NumberOf(node)}";

    static string NumberOf(int node) => node == 0 ? "" : (node + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>Which node leads a quorum queue; null when nobody says so.</summary>
    public async Task<int?> LeaderOfAsync(string queue)
    {
        var seen = await _management.GetFromJsonAsync<JsonElement>(
            new Uri($"api/queues/{VirtualHost}/{Uri.EscapeDataString(queue)}?columns=leader", UriKind.Relative));
        if (!seen.TryGetProperty("leader", out var leader))
            return null;
        var number = leader.GetString()!["billing".Length..].Split('@')[0];
        return number.Length == 0 ? 0 : int.Parse(number, CultureInfo.InvariantCulture) - 1;
    }

    public Task StopDatabaseAsync() => RunAsync($"DATABASE_SERVER={_servers.Primary} stop_postgres");

    public Task KillDatabaseAsync() => RunAsync(KillOf(_servers.Primary));

    static string KillOf(string server) => $"""kill -KILL "$(cat "$DATA/run/postgres{server}.pid")"; rm "$DATA/run/postgres{server}.pid" """;

    /// <summary>After a kill its sessions hold the shared memory for a moment, and the start is refused.</summary>
    public Task StartDatabaseAsync() => StartAsync(_servers.Primary);

    public Task StopStandbyAsync() => RunAsync($"DATABASE_SERVER={_servers.Standby} stop_postgres");

    public Task StartStandbyAsync() => StartAsync(_servers.Standby);

    /// <summary>The primary is killed, and its standby takes its place. Nobody follows it until <see cref="FollowAsync"/>.</summary>
    public async Task PromoteAsync()
    {
        await KillDatabaseAsync();
        await RunAsync($"DATABASE_SERVER={_servers.Standby} promote");
        _servers = (_servers.Standby, _servers.Primary);
    }

    /// <summary>The other server is made anew as the synchronous standby of the primary.</summary>
    public Task FollowAsync() => RunAsync($"DATABASE_SERVER={_servers.Standby} follow '{_servers.Primary}'");

    /// <summary>From now on the first database server keeps its log. It is started anew for it, so before anybody works with it.</summary>
    public Task KeepLogAsync() => RunAsync("keep_log");

    /// <summary>Copies what a way back begins with, while everybody works.</summary>
    public Task CopyBaseAsync() => RunAsync("copy_base");

    /// <summary>The moment that it is now, by the clock of the database server.</summary>
    public async Task<DateTimeOffset> MomentAsync() => DateTimeOffset.Parse(
        (await RunAsync("""sql -c "select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.US')" """)).Trim(),
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>All databases of the first server become what they were then: its base is put in their place, and the log replayed up to the moment.</summary>
    public Task GoBackToAsync(DateTimeOffset moment) =>
        RunAsync(string.Create(CultureInfo.InvariantCulture, $"go_back_to '{moment.UtcDateTime:yyyy-MM-dd HH:mm:ss.ffffff}+00'"));

    Task<string> StartAsync(string server) => RunAsync($$"""
        DATABASE_SERVER={{server}}
        try() { (start_postgres) 2>/dev/null; }
        wait_until 300 'the start of PostgreSQL' try
        """);

    async Task MountDatabaseDiskAsync(long bytes)
    {
        var said = await RunAsync($$"""
            mkdir -p "$DATA/run"
            home=$(postgres_home)
            mkdir -p "$home"
            mount -t tmpfs -o size={{bytes}},mode=700 billing-test-disk "$home" 2>&1 || true
            ! mountpoint -q "$home" || echo mounted
            """);
        if (!said.EndsWith("mounted\n", StringComparison.Ordinal))
            throw new DiskNotMountedException(said.Trim());
    }

    /// <summary>Nothing more can be written to the disk of the database server.</summary>
    public Task FillDatabaseDiskAsync() => RunAsync("""
        home=$(postgres_home)
        fallocate -l "$(df --output=avail -B1 "$home" | tail -1 | tr -d ' ')" "$home/full" || true
        dd if=/dev/zero of="$home/rest" bs=4k 2>/dev/null || true
        """);

    /// <summary>It can be written to again. The server is not started, if it has ended.</summary>
    public Task FreeDatabaseDiskAsync() => RunAsync("""rm -f "$(postgres_home)/full" "$(postgres_home)/rest" """);

    public Task<ServiceDatabase> AddDatabaseAsync(string purpose) => ServiceDatabase.CreateAsync(_postgres, purpose, purpose);

    async Task<string> RunAsync(string commands)
    {
        var start = new ProcessStartInfo(
            "bash", ["-c", $"{Scripts}\n{commands}", "servers", Checkout.Root, _data, _brokers.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeLimits.Scaled(Limit));
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{commands}\n{await output}\n{await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("""
            for ((node = RABBITMQ_NODES; node >= 1; node--)); do BROKER_NODE=${node#1} stop_rabbitmq || true; done
            DATABASE_SERVER=2 stop_postgres || true
            stop_postgres || true
            home=$(postgres_home)
            ! mountpoint -q "$home" || umount "$home"
            rm -rf "$home" "${home}2"
            rmdir "$(dirname "$home")" 2>/dev/null || true
            """);
        _management.Dispose();
        Directory.Delete(_data, recursive: true);
    }
}

/// <summary>Asks the nodes of a broker one after the other until one answers.</summary>
sealed class FirstThatAnswers() : DelegatingHandler(new HttpClientHandler())
{
    public IReadOnlyList<int> Ports { get; set; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // what was sent once cannot be sent again, but for what has no body or keeps it
        if (request.Content is { } content)
            await content.LoadIntoBufferAsync(cancellationToken);
        for (var at = 0; ; at++)
            try
            {
                request.RequestUri = new UriBuilder(request.RequestUri!) { Port = Ports[at] }.Uri;
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException) when (at + 1 < Ports.Count)
            {
                // the next one may be there
            }
    }
}
