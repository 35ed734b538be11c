using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>
/// The figure <c>billing_unreconciled</c>: drifts that are neither repaired nor gone. 0 when all is well. It is read from the database, so every
/// process says the same, and says it after a restart.
/// </summary>
sealed class UnreconciledGauge : BackgroundService
{
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    readonly IServiceScopeFactory _scopes;
    readonly TimeProvider _clock;
    readonly ILogger<UnreconciledGauge> _log;
    long _count;

    public UnreconciledGauge(IServiceScopeFactory scopes, TimeProvider clock, IMeterFactory meters, ILogger<UnreconciledGauge> log)
    {
        (_scopes, _clock, _log) = (scopes, clock, log);
        meters.Create("Billing.MonthClose").CreateObservableGauge("billing.unreconciled", () => Volatile.Read(ref _count),
            description: "Places where two records of the same money disagree, found and not yet put right.");
    }

    public long Count => Volatile.Read(ref _count);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Freshness, _clock);
        do
        {
            try
            {
                await using var scope = _scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>();
                Volatile.Write(ref _count, await db.Drifts.LongCountAsync(drift => drift.EndedAt == null, stoppingToken));
            }
            catch (Exception away) when (!stoppingToken.IsCancellationRequested)
            {
                _log.CannotCount(away);     // the database is away, and readiness says so
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
