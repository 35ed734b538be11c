using Billing.Hosting.Restoring;
using Billing.Hosting.Work;
using Billing.MonthClose.Close.Running;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.MonthClose.Close.Charging;

/// <summary>
/// Pauses each run that was under way when the books were brought back. Who charges does so, too; but where the queues were lost nobody is asked to charge, and
/// the run would stand still and say nothing.
/// </summary>
sealed class RunsOfRestoredBooks(
    Transactions<MonthCloseDbContext> transactions, Restorations<MonthCloseDbContext> restorations, DatabaseReadiness database, TimeProvider clock,
    ILogger<RunsOfRestoredBooks> log)
    : PeriodicWork(database, clock, log)
{
    /// <summary>5 s: an operator looks at the runs when everything is up. Of books that are not held it reads nothing.</summary>
    protected override TimeSpan Period { get; } = TimeSpan.FromSeconds(5);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        if (await restorations.LastAsync(stopping) is not { ReleasedAt: null } restored)
            return;
        await transactions.RunAsync(async services =>
        {
            var db = services.GetRequiredService<MonthCloseDbContext>();
            var runs = await db.Runs.Where(run => MonthCloseRun.UnderWay.Contains(run.CurrentState) && run.PausedAt == null).Select(run => run.CorrelationId)
                .ToListAsync(stopping);
            foreach (var runId in runs)
                await PauseWatch.PauseAsync(services, db, runId, restored, stopping);
            return runs.Count;
        }, stopping);
    }
}
