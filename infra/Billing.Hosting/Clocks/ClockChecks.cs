using Billing.Clock;
using Billing.Hosting.Bus;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Billing.Hosting.Clocks;

/// <summary>Says what time it is by the test clock; red until somebody has told it.</summary>
sealed class TestClockCheck(TestClock clock, ClockLink link) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(link.IsKnown
            ? HealthCheckResult.Healthy(TestClockText.Of(clock))
            : HealthCheckResult.Unhealthy(ClockIsKnown.Waiting));
}

/// <summary>Red when the installation has a test clock, and this service runs by the real time.</summary>
sealed class RealTimeCheck(RealTimeGuard guard) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(guard.IsAlone ? HealthCheckResult.Unhealthy(RealTimeGuard.Alone) : HealthCheckResult.Healthy("the real time"));
}

/// <summary>
/// Looks at the start whether the broker belongs to an installation with a test clock. A service beside it that keeps the real time would close other months
/// than its neighbours; so it is red, and says why.
/// </summary>
sealed partial class RealTimeGuard(RabbitMqSettings broker, ServiceName service, ILogger<RealTimeGuard> log) : BackgroundService
{
    public const string Alone = "this installation has a test clock, and this service runs by the real time: start it with Clock:Test=true, "
        + "or give it a virtual host of its own";

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public bool IsAlone { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                IsAlone = await HasTestClockAsync(stoppingToken);
                if (IsAlone)
                    LogAlone(Alone);
                return;
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // the broker is away, which others say; it is asked again
            }

            await Task.Delay(Pause, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<bool> HasTestClockAsync(CancellationToken cancellationToken)
    {
        await using var connection = await broker.ConnectAsync($"clock of {service.Value}", cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            await channel.ExchangeDeclarePassiveAsync(ClockExchange.Name, cancellationToken);
            return true;
        }
        catch (OperationInterruptedException gone) when (gone.ShutdownReason?.ReplyCode is Constants.NotFound or Constants.AccessRefused)
        {
            return false;       // it is not there, or belongs to somebody else
        }
    }

    [LoggerMessage(33, LogLevel.Critical, "{Reason}")]
    partial void LogAlone(string reason);
}
