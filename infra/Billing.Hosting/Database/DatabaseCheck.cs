using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Billing.Persistence;

/// <summary>Asks the database a question, briefly; red while it does not answer or lacks its tables.</summary>
sealed class DatabaseCheck<TContext>(IServiceScopeFactory scopes, DatabaseReadiness readiness) : IHealthCheck
    where TContext : DbContext
{
    /// <summary>A database that takes 3 s for nothing is away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (readiness.Reason is { } reason)
            return HealthCheckResult.Unhealthy(reason);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await using var db = scope.ServiceProvider.GetRequiredService<TContext>();
            await db.Database.ExecuteSqlRawAsync("SELECT 1", cancellationToken).WaitAsync(cancellationToken);
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
    }
}
