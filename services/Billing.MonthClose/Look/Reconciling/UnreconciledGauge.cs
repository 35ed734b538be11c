using System.Diagnostics.Metrics;
using Billing.Hosting.Work;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>
/// The figure <c>billing_unreconciled</c>: drifts that are neither repaired nor gone. 0 when all is well. It is read from the database, so every
/// process says the same, and says it after a restart.
/// </summary>
sealed class UnreconciledGauge : PeriodicWork
{
    readonly IServiceScopeFactory _scopes;
    long _count;

    public UnreconciledGauge(IServiceScopeFactory scopes, DatabaseReadiness database, TimeProvider clock, IMeterFactory meters, ILogger<UnreconciledGauge> log)
        : base(database, clock, log)
    {
        _scopes = scopes;
        meters.Create("Billing.MonthClose").CreateObservableGauge("billing.unreconciled", () => Volatile.Read(ref _count),
            description: "Places where two records of the same money disagree, found and not yet put right.");
    }

    public long Count => Volatile.Read(ref _count);

    /// <summary>5 s: it counts an index of the drifts that have not ended, and there are few.</summary>
    protected override TimeSpan Period { get; } = TimeSpan.FromSeconds(5);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>();
        Volatile.Write(ref _count, await db.Drifts.LongCountAsync(drift => drift.EndedAt == null, stopping));
    }
}
