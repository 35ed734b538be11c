using System.Collections.Concurrent;
using System.Diagnostics;
using Billing.Persistence;
using Billing.Persistence.Postgres;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace Billing.Limits.Tests;

/// <summary>Processes that share a database, and a provider that notes when each call came in.</summary>
public sealed class LimitHouse : IAsyncLifetime
{
    readonly ConcurrentQueue<long> _arrivals = [];
    readonly List<IHost> _processes = [];
    TestDatabase _database = null!;
    WebApplication _provider = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync("limits");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _provider = builder.Build();
        _provider.MapPost("/", (RequestDelegate)(_ =>
        {
            _arrivals.Enqueue(Stopwatch.GetTimestamp());
            return Task.CompletedTask;
        }));
        await _provider.StartAsync();
        await using var db = new LimitContext(Options());
        await db.Database.EnsureCreatedAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.StopAsync();
            process.Dispose();
        }

        await _provider.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>A process that holds permits of one limit; killed, it gives nothing back.</summary>
    public async Task<PermitProcess> StartHolderAsync(LimitKind kind, int? permits, PermitTimes? times = null, TcpCut? wire = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPostgresPersistence();
        builder.Services.AddDbContext<LimitContext>(options => options.UseBillingPostgres(Through(wire)));
        builder.Services.AddSharedPermits<LimitContext>(_ =>
            [new PermitOptions { Name = "provider", Kind = kind, Permits = permits, Times = times ?? PermitTimes.Default }]);
        var process = builder.Build();
        _processes.Add(process);
        await process.StartAsync();
        return new PermitProcess(process, process.Services.GetRequiredService<ISharedPermits>().Of("provider"), () => _processes.Remove(process));
    }

    /// <summary>A way to the database that a test can cut.</summary>
    public TcpCut Wire()
    {
        var server = new NpgsqlConnectionStringBuilder(_database.ConnectionString);
        return new TcpCut(server.Host!, server.Port);
    }

    string Through(TcpCut? wire) => wire is null ? _database.ConnectionString
        : new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Host = TcpCut.Host, Port = wire.Port }.ConnectionString;

    public async Task SetPermitsAsync(int? permits)
    {
        await using var db = new LimitContext(Options());
        await db.SetPermitsAsync(_processes[0].Services.GetRequiredService<IBulkWriter>(), "provider", permits, "a test",
            TimeProvider.System.GetUtcNow(), default);
    }

    public async Task<List<PermitHolderRow>> HoldersAsync()
    {
        await using var db = new LimitContext(Options());
        return await db.Set<PermitHolderRow>().AsNoTracking().ToListAsync();
    }

    /// <summary>As many callers as that call the provider whenever they have a permit, until the time is over.</summary>
    public async Task CallAsync(PermitLimit limit, int callers, CancellationToken until, Action? called = null)
    {
        using var http = new HttpClient { BaseAddress = new Uri(_provider.Urls.First()) };
        // The connections are opened before, as they are in a process that has run for a while.
        await Task.WhenAll(Enumerable.Range(0, callers)
            .Select(async _ => (await http.GetAsync(new Uri("/", UriKind.Relative), CancellationToken.None)).Dispose()));
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            try
            {
                while (true)
                {
                    using var permit = await limit.TakeAsync(until);
                    using (await http.PostAsync(new Uri("/", UriKind.Relative), null, CancellationToken.None))
                        permit.Answered();
                    called?.Invoke();
                }
            }
            catch (OperationCanceledException)
            {
            }
        }));
    }

    public async Task<PermitLimitRow?> RowAsync()
    {
        await using var db = new LimitContext(Options());
        return await db.Set<PermitLimitRow>().AsNoTracking().SingleOrDefaultAsync();
    }

    public int Calls => _arrivals.Count;

    /// <summary>The arrivals since the last time, in seconds.</summary>
    public List<double> TakeArrivals()
    {
        var taken = new List<double>();
        while (_arrivals.TryDequeue(out var arrival))
            taken.Add(arrival / (double)Stopwatch.Frequency);
        taken.Sort();
        return taken;
    }

    /// <summary>The most that arrived in any window of one second, wherever it begins.</summary>
    public static int MostInOneSecond(List<double> arrivals)
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < arrivals.Count; last++)
        {
            while (arrivals[last] - arrivals[first] >= 1)
                first++;
            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    DbContextOptions<LimitContext> Options() => new DbContextOptionsBuilder<LimitContext>().UseBillingPostgres(_database.ConnectionString).ToOptions();
}

/// <param name="Limit">As this process sees it.</param>
/// <param name="Process">The host.</param>
/// <param name="Forget">The house has nothing to stop any more.</param>
public sealed record PermitProcess(IHost Process, PermitLimit Limit, Action Forget)
{
    /// <summary>Ends without a word to the others.</summary>
    public void Kill()
    {
        Forget();
        Process.Dispose();
    }

    public async Task StopAsync()
    {
        Forget();
        await Process.StopAsync();
        Process.Dispose();
    }
}

public sealed class LimitContext(DbContextOptions<LimitContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddPermits();
}

static class Options
{
    public static DbContextOptions<LimitContext> ToOptions(this DbContextOptionsBuilder builder) => (DbContextOptions<LimitContext>)builder.Options;
}
