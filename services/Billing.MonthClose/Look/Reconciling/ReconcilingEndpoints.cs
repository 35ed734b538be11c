using Billing.Hosting.Http;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>What the reconciler saw and did, for people and programs.</summary>
static class ReconcilingEndpoints
{
    const int NewestPasses = 30;
    const int MostDrifts = 200;

    public static void MapReconciling(this WebApplication app) =>
        app.MapGroup("").Needs(Rights.Read).MapGet("/api/reconciliation", async (string? account, MonthCloseDbContext db, CancellationToken stopping) =>
        {
            var drifts = db.Drifts.AsNoTracking().Where(drift => account == null ? drift.EndedAt == null : drift.AccountId == account);
            return TypedResults.Ok(new
            {
                Unreconciled = await db.Drifts.CountAsync(drift => drift.EndedAt == null, stopping),
                ByClass = await db.Drifts.Where(drift => drift.EndedAt == null).GroupBy(drift => drift.Class)
                    .Select(drift => new { Class = drift.Key, Count = drift.Count() }).ToListAsync(stopping),
                Drifts = await drifts.OrderByDescending(drift => drift.FoundAt).ThenBy(drift => drift.DriftId).Take(MostDrifts).ToListAsync(stopping),
                Passes = await db.ReconciliationPasses.AsNoTracking().OrderByDescending(pass => pass.StartedAt).Take(NewestPasses).ToListAsync(stopping)
            });
        });
}
