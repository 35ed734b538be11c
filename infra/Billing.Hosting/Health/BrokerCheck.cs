using Billing.Hosting.Bus;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

namespace Billing.Hosting.Health;

/// <summary>
/// Asks the broker a question, briefly: it opens a channel, which any user may. The bus knows whether it is connected; this knows how long an answer takes. The
/// connection is its own and stays open.
/// </summary>
sealed class BrokerCheck(RabbitMqSettings broker, ServiceName service) : IHealthCheck, IAsyncDisposable
{
    /// <summary>A broker that takes 3 s for nothing is away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    readonly SemaphoreSlim _oneAtATime = new(1);
    IConnection? _connection;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (_connection is not { IsOpen: true })
                await ConnectAsync(cancellationToken);
            await using var channel = await _connection!.CreateChannelAsync(cancellationToken: cancellationToken).WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy("answers");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception exception)
        {
            return HealthCheckResult.Unhealthy(exception.GetBaseException().Message);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } old)
            await old.DisposeAsync();
        _connection = null;
        _connection = await broker.ConnectAsync($"health of {service.Value}", cancellationToken, Patience);
    }

    public async ValueTask DisposeAsync()
    {
        _oneAtATime.Dispose();
        if (_connection is { } connection)
            await connection.DisposeAsync();
    }
}
