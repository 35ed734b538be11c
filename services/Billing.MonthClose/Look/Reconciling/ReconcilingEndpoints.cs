using Billing.Hosting.Http;
using Billing.MonthClose.Books.Drifts;
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
            return TypedResults.Ok(new KnownDrifts(
                await db.Drifts.CountAsync(drift => drift.EndedAt == null, stopping),
                await db.Drifts.Where(drift => drift.EndedAt == null).GroupBy(drift => drift.Class)
                    .Select(drift => new DriftCount(drift.Key, drift.Count())).ToListAsync(stopping),
                await drifts.OrderByDescending(drift => drift.FoundAt).ThenBy(drift => drift.DriftId).Take(MostDrifts).ToListAsync(stopping),
                await db.ReconciliationPasses.AsNoTracking().OrderByDescending(pass => pass.StartedAt).Take(NewestPasses).ToListAsync(stopping)));
        });
}

/// <param name="Unreconciled">Drifts that are known and not put right.</param>
/// <param name="ByClass">The same by class.</param>
/// <param name="Drifts">The newest of them; of one account those that were put right, too.</param>
/// <param name="Passes">The last passes.</param>
public sealed record KnownDrifts(int Unreconciled, IReadOnlyList<DriftCount> ByClass, IReadOnlyList<Drift> Drifts, IReadOnlyList<ReconciliationPass> Passes);

public sealed record DriftCount(string Class, int Count);
