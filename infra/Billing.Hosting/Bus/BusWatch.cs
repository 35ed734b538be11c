using System.Collections.Concurrent;
using System.Net.Sockets;
using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Bus;

/// <summary>Which endpoints were at work and are away now, because the connection broke and did not come back.</summary>
sealed class BusPulse(TimeProvider clock) : IReceiveEndpointObserver
{
    /// <summary>The timestamp since when an endpoint is away; null while it is at work.</summary>
    readonly ConcurrentDictionary<Uri, long?> _awaySince = new();

    /// <summary>The endpoints that have not come back, and for how long the first of them is away; null when all are at work.</summary>
    public (TimeSpan For, string[] Endpoints)? Missing()
    {
        var away = _awaySince.Where(endpoint => endpoint.Value is not null).ToList();
        return away.Count == 0 ? null
            : (clock.GetElapsedTime(away.Min(endpoint => endpoint.Value!.Value)), [.. away.Select(endpoint => endpoint.Key.AbsolutePath)]);
    }

    public Task Ready(ReceiveEndpointReady ready)
    {
        _awaySince[ready.InputAddress] = null;
        return Task.CompletedTask;
    }

    public Task Completed(ReceiveEndpointCompleted completed) => Away(completed.InputAddress);
    public Task Faulted(ReceiveEndpointFaulted faulted) => Away(faulted.InputAddress);
    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    /// <summary>An endpoint that was never at work is not missing: the bus says itself that it cannot start.</summary>
    Task Away(Uri endpoint)
    {
        _awaySince.TryUpdate(endpoint, clock.GetTimestamp(), null);
        return Task.CompletedTask;
    }
}

/// <summary>
/// Red while endpoints are away: the bus calls itself healthy as soon as it is connected. It is red while the bus is, too, which hears of a broken connection
/// a little earlier than the observers of its endpoints.
/// </summary>
sealed class EndpointsCheck(BusPulse pulse, IBusControl bus) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            pulse.Missing() is { } missing ? HealthCheckResult.Unhealthy($"not back for {missing.For.TotalSeconds:0} s: {string.Join(", ", missing.Endpoints)}")
            : bus.CheckHealth() is { Status: not BusHealthStatus.Healthy } away ? HealthCheckResult.Unhealthy(away.Description)
            : HealthCheckResult.Healthy("all at work"));
}

/// <summary>
/// The last resort. A bus whose endpoints stay away although the broker can be reached will not come back by itself, and perhaps cannot be stopped either. So
/// the process ends with <see cref="ExitCode"/>, the broker gives its messages to others, and its supervisor starts it again.
/// </summary>
sealed partial class BusWatch(
    BusPulse pulse, RabbitMqSettings broker, ProcessEnd process, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<BusWatch> log)
    : BackgroundService
{
    /// <summary>"Temporary failure, try again" in sysexits.h: a supervisor restarts the service for this one.</summary>
    public const int ExitCode = 75;

    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, clock);
        var reachableFor = TimeSpan.Zero;
        // A bus that is being stopped has its endpoints away, for as long as those behind it take to stop; that is no fault, and asks for no new process.
        while (await timer.WaitForNextTickAsync(stoppingToken) && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // time counts only while the broker takes connections: without it nobody could do better
            if (pulse.Missing() is not { } missing || !await CanBeReachedAsync(stoppingToken))
            {
                reachableFor = TimeSpan.Zero;
                continue;
            }

            reachableFor += Pace;
            if (reachableFor < broker.GiveUpAfter || missing.For < broker.GiveUpAfter)
                continue;
            LogGivingUp(string.Join(", ", missing.Endpoints), missing.For, ExitCode);
            await process.EndAsync(ExitCode);
            return;
        }
    }

    /// <summary>One node is enough: the bus tries them all.</summary>
    async Task<bool> CanBeReachedAsync(CancellationToken stoppingToken) =>
        (await Task.WhenAll(broker.Nodes.Select(node => CanBeReachedAsync(node, stoppingToken)))).Contains(true);

    async Task<bool> CanBeReachedAsync(BrokerNode node, CancellationToken stoppingToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(Pace, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            await socket.ConnectAsync(node.Host, node.Port, either.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Critical,
        "The broker can be reached, but {Endpoints} did not come back for {Away} after the connection broke; "
        + "the process ends with exit code {ExitCode} to be started again")]
    partial void LogGivingUp(string endpoints, TimeSpan away, int exitCode);
}

/// <summary>Ends the process: politely as far as it goes, then for certain.</summary>
class ProcessEnd(IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>Seconds for what still works to finish. Short, because the bus that is stuck will not.</summary>
    static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(5);

    public virtual async Task EndAsync(int exitCode)
    {
        Environment.ExitCode = exitCode;
        // who has only what a process said last, and not its log, learns that it was no crash
        await Console.Error.WriteLineAsync($"The process ends itself with exit code {exitCode}, because its bus cannot be healed.");
        lifetime.StopApplication();
        await Task.Delay(Courtesy, clock, CancellationToken.None);
        Environment.Exit(exitCode);
    }
}
