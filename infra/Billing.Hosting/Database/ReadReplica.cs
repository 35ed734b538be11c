using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Billing.Persistence;

/// <summary>How far behind the primary it was that what looks read, when that was last asked.</summary>
interface IReadReplica
{
    /// <summary>Null before it was asked, and where the server does not say.</summary>
    TimeSpan? Behind { get; }
}

/// <summary>
/// Asks the server that is read by whoever looks what it is, and how far behind. It is never red: a replica that is away is passed over, and one that is
/// behind is still read.
/// </summary>
sealed class ReadReplica<TContext>(IServiceScopeFactory scopes, IReplication replication, DatabaseReadiness readiness) : IHealthCheck, IReadReplica
    where TContext : DbContext
{
    ReplicationState? _seen;

    public TimeSpan? Behind => Volatile.Read(ref _seen) is { } seen ? seen.IsReplica ? seen.Behind : TimeSpan.Zero : null;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (readiness.Reason is { } reason)
            return HealthCheckResult.Healthy($"not asked: {reason}");
        try
        {
            Looking.Begin();
            await using var scope = scopes.CreateAsyncScope();
            await using var db = scope.ServiceProvider.GetRequiredService<TContext>();
            var seen = await replication.LookAsync(db, cancellationToken).WaitAsync(cancellationToken);
            Volatile.Write(ref _seen, seen);
            return HealthCheckResult.Healthy(Words(seen));
        }
        catch (Exception exception)
        {
            Volatile.Write(ref _seen, null);
            return HealthCheckResult.Healthy($"neither replica nor primary was read: {exception.GetBaseException().Message}");
        }
    }

    static string Words(ReplicationState seen) => seen switch
    {
        { IsReplica: false } => "the primary is read: no replica answers",
        { Behind: null } => "a replica is read; it does not say how far it is behind",
        { IsFed: false, Behind: { } behind } => string.Create(CultureInfo.InvariantCulture,
            $"a replica is read that hears nothing of its primary, for {behind.TotalSeconds:0.0} s"),
        { Behind: { } behind } => string.Create(CultureInfo.InvariantCulture, $"a replica is read; it is {behind.TotalSeconds:0.0} s behind")
    };
}
