using System.Collections.Concurrent;
using System.Net.Sockets;
using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Bus;

/// <summary>Which endpoints were at work and are away now, because the connection broke and did not come back; and whether the bus is still to start.</summary>
sealed class BusPulse(TimeProvider clock) : IReceiveEndpointObserver, IBusObserver
{
    const long Never = long.MinValue;

    /// <summary>The timestamp of the last that was heard of a bus that is to start; <see cref="Never"/> when none is.</summary>
    long _startHeardAt = Never;

    /// <summary>The timestamp since when an endpoint is away; null while it is at work.</summary>
    readonly ConcurrentDictionary<Uri, long?> _awaySince = new();

    /// <summary>The endpoints that have not come back, and for how long the first of them is away; null when all are at work.</summary>
    public (TimeSpan For, string[] Endpoints)? Missing()
    {
        var away = _awaySince.Where(endpoint => endpoint.Value is not null).ToList();
        return away.Count == 0 ? null
            : (clock.GetElapsedTime(away.Min(endpoint => endpoint.Value!.Value)), [.. away.Select(endpoint => endpoint.Key.AbsolutePath)]);
    }

    /// <summary>How long nothing was heard of a bus that is to start: none of its endpoints became ready; null when none is to start.</summary>
    public TimeSpan? SilentAtStart() => Interlocked.Read(ref _startHeardAt) is not Never and var heard ? clock.GetElapsedTime(heard) : null;

    public Task Ready(ReceiveEndpointReady ready)
    {
        _awaySince[ready.InputAddress] = null;
        if (Interlocked.Read(ref _startHeardAt) is not Never and var heard)
            Interlocked.CompareExchange(ref _startHeardAt, clock.GetTimestamp(), heard);
        return Task.CompletedTask;
    }

    public Task Completed(ReceiveEndpointCompleted completed) => Away(completed.InputAddress);
    public Task Faulted(ReceiveEndpointFaulted faulted) => Away(faulted.InputAddress);
    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task PreStart(IBus bus)
    {
        Interlocked.Exchange(ref _startHeardAt, clock.GetTimestamp());
        return Task.CompletedTask;
    }

    /// <summary>Called while it starts.</summary>
    public Task PostStart(IBus bus, Task<BusReady> busReady)
    {
        busReady.ContinueWith(_ => StartIsOver(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    public Task StartFaulted(IBus bus, Exception exception) => StartIsOver();
    public Task PreStop(IBus bus) => StartIsOver();
    public Task PostStop(IBus bus) => Task.CompletedTask;
    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;
    public void PostCreate(IBus bus) { }
    public void CreateFaulted(Exception exception) { }

    Task StartIsOver()
    {
        Interlocked.Exchange(ref _startHeardAt, Never);
        return Task.CompletedTask;
    }

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
/// The last resort. A bus whose endpoints stay away although the broker can be reached will not come back by itself, and perhaps cannot be stopped either; nor
/// will one that does not start and of which nothing is heard for four times as long, because all its endpoints may become ready in one moment at the end. So
/// the process ends with <see cref="ExitCode"/>, the broker gives its messages to others, and its supervisor starts it again.
/// </summary>
sealed partial class BusWatch(
    BusPulse pulse, RabbitMqSettings broker, ProcessEnd process, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<BusWatch> log)
    : BackgroundService
{
    /// <summary>"Temporary failure, try again" in sysexits.h: a supervisor restarts the service for this one.</summary>
    public const int ExitCode = 75;

    /// <summary>How much longer than for one that was at work is waited for a bus that is to start.</summary>
    const int PatienceAtStart = 4;

    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, clock);
        var reachableFor = TimeSpan.Zero;
        // A bus that is being stopped has its endpoints away, for as long as those behind it take to stop; that is no fault, and asks for no new process.
        while (await timer.WaitForNextTickAsync(stoppingToken) && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // time counts only while the broker takes connections: without it nobody could do better
            if (Stuck() is not var (what, time, limit) || !await CanBeReachedAsync(stoppingToken))
            {
                reachableFor = TimeSpan.Zero;
                continue;
            }

            reachableFor += Pace;
            if (reachableFor < limit || time < limit)
                continue;
            LogGivingUp(what, time, ExitCode);
            await process.EndAsync(ExitCode);
            return;
        }
    }

    (string What, TimeSpan Time, TimeSpan Limit)? Stuck() =>
        pulse.Missing() is { } missing
            ? ($"{string.Join(", ", missing.Endpoints)} did not come back after the connection broke", missing.For, broker.GiveUpAfter)
            : pulse.SilentAtStart() is { } silent ? ("the bus does not start", silent, PatienceAtStart * broker.GiveUpAfter) : null;

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
        "The broker can be reached, but {What}, for {Time} by now; the process ends with exit code {ExitCode} to be started again")]
    partial void LogGivingUp(string what, TimeSpan time, int exitCode);
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
