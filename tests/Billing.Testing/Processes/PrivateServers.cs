using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Billing.Testing;

/// <summary>No disk could be mounted; says what the system said.</summary>
public sealed class DiskNotMountedException(string why) : Exception(why);

/// <summary>
/// A RabbitMQ and a PostgreSQL that a test may stop and kill, started by the same scripts as those of
/// <c>./billing up</c>, with folders and ports of their own.
/// </summary>
public sealed class PrivateServers : IServers
{
    const string Scripts = """
        set -euo pipefail
        ROOT=$1 DATA=$2
        . "$ROOT/infra/local/common.sh"
        . "$ROOT/infra/postgres/local.sh"
        . "$ROOT/infra/rabbitmq/local.sh"
        # a small disk is not filled by the log of the writes either
        ! mountpoint -q "$(postgres_home)" || POSTGRES_OPTIONS='-c max_wal_size=256MB'
        """;

    /// <summary>A start or a stop; the scripts have limits of their own, which are shorter and say more.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    readonly string _data = CreateFolder();
    readonly HttpClient _management = new();
    string _postgres = "";

    public Uri RabbitMq { get; private set; } = null!;
    public string VirtualHost => "billing";
    public HttpClient Management => _management;

    /// <summary>Where <c>./billing test</c> looks for what an interrupted test left running; else among the temporary folders.</summary>
    static string CreateFolder() => Environment.GetEnvironmentVariable("BILLING_TEST_SERVERS") is { Length: > 0 } parent
        ? Directory.CreateDirectory(Path.Combine(parent, $"{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("billing-servers-").FullName;

    /// <param name="databaseDisk">Bytes of a disk of its own for the database server, which can be filled; null for a folder among others.</param>
    /// <exception cref="DiskNotMountedException">No disk can be mounted here: that takes root, and is not allowed in every container.</exception>
    public static async Task<PrivateServers> OpenAsync(long? databaseDisk = null)
    {
        var servers = new PrivateServers();
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
            echo "$(port POSTGRES) $(secret POSTGRES) $(port AMQP) $(port MANAGEMENT) $(secret RABBITMQ)"
            """);
        var values = settings.Trim().Split('\n')[^1].Split(' ');
        _postgres = $"Host=127.0.0.1;Port={values[0]};Username=postgres;Password={values[1]}";
        RabbitMq = new Uri($"amqp://billing:{values[4]}@127.0.0.1:{values[2]}");
        _management.BaseAddress = new Uri($"http://127.0.0.1:{values[3]}/");
        _management.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"billing:{values[4]}")));
        await BrokerUsers.PermitAsync(_management, VirtualHost, RabbitMq);
    }

    public Task StopBrokerAsync() => RunAsync("stop_rabbitmq");
    public Task KillBrokerAsync() => RunAsync("""kill -KILL "$(cat "$DATA/run/rabbitmq.pid")"; stop_rabbitmq""");
    public Task StartBrokerAsync() => RunAsync("start_rabbitmq");
    public Task StopDatabaseAsync() => RunAsync("stop_postgres");
    public Task KillDatabaseAsync() => RunAsync("""kill -KILL "$(cat "$DATA/run/postgres.pid")"; rm "$DATA/run/postgres.pid" """);

    /// <summary>After a kill its sessions hold the shared memory for a moment, and the start is refused.</summary>
    public Task StartDatabaseAsync() => RunAsync("""
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
        var start = new ProcessStartInfo("bash", ["-c", $"{Scripts}\n{commands}", "servers", Checkout.Root, _data])
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
            stop_rabbitmq || true
            stop_postgres || true
            home=$(postgres_home)
            ! mountpoint -q "$home" || umount "$home"
            rm -rf "$home"
            rmdir "$(dirname "$home")" 2>/dev/null || true
            """);
        _management.Dispose();
        Directory.Delete(_data, recursive: true);
    }
}
