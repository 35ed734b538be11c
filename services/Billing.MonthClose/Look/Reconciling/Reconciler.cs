using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Look.Reporting;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>
/// Walks the closed months from the other side: what each record says of the same money. What it finds it looks at again under the account's
/// lock, and only then acts, one account in one transaction, so that nothing that is just being done is taken for wrong.
/// </summary>
sealed class Reconciler(
    Transactions<MonthCloseDbContext> transactions, DriftFinder finder, Subtotals subtotals, IOptions<ReconcilingOptions> options, TimeProvider clock,
    ILogger<Reconciler> log)
{
    public async Task WalkAsync(Guid passId, StartReconciliation asked, CancellationToken cancellationToken)
    {
        var pass = new ReconciliationPass { PassId = passId, RequestedBy = asked.RequestedBy ?? "unknown", StartedAt = clock.GetUtcNow() };
        var runs = await RunsAsync(asked.Period, cancellationToken);
        var incomplete = new List<string>();
        foreach (var (runId, period, accounts) in runs)
        {
            var (scope, away) = await finder.OpenAsync(runId, period, options.Value.SettleTime, whole: asked.Period is not null, cancellationToken);
            if (away is not null)
                incomplete.Add(away);
            pass.Accounts += accounts;
            foreach (var driftClass in DriftFinder.Classes)
            {
                var (found, why) = await finder.LookAsync(driftClass, scope, cancellationToken);
                if (why is not null)
                    incomplete.Add(why);
                if (found is not null)
                    await SettleAsync(pass, driftClass, scope, found, cancellationToken);
            }
        }

        await ProveAsync(pass, asked.Period, cancellationToken);
        if (asked.Period is null)
            await subtotals.StoreAsync([.. runs.Select(run => run.RunId)], cancellationToken);

        pass.Periods = string.Join(", ", runs.Select(run => BillingPeriod.FromNumber(run.Period)));
        pass.Incomplete = string.Join("; ", incomplete.Distinct()).ShortenedTo(2000);
        pass.EndedAt = clock.GetUtcNow();
        await EndAsync(pass, cancellationToken);
    }

    /// <summary>
    /// Each night some of the reconciled months, those first that were not compared for longest, so that an old entry changed by hand is found in turn; or the
    /// one that a person asks for.
    /// </summary>
    async Task ProveAsync(ReconciliationPass pass, string? period, CancellationToken cancellationToken)
    {
        var asked = period is null ? 0 : BillingPeriod.Parse(period).Number;
        var months = period is null ? await subtotals.NextToProveAsync(options.Value.ProvedMonths, cancellationToken)
            : await subtotals.IsStoredAsync(asked, cancellationToken) ? [asked] : [];
        foreach (var month in months)
        {
            var scope = finder.OfLedgerMonth(month);
            var (found, _) = await finder.LookAsync(DriftClass.LedgerMonthChanged, scope, cancellationToken);
            await SettleAsync(pass, DriftClass.LedgerMonthChanged, scope, found!, cancellationToken);
            await subtotals.ProvedAsync(month, cancellationToken);
        }
    }

    Task<List<(Guid RunId, int Period, int Accounts)>> RunsAsync(string? period, CancellationToken cancellationToken) =>
        transactions.RunAsync(async services =>
        {
            var db = services.GetRequiredService<MonthCloseDbContext>();
            var since = clock.GetUtcNow() - options.Value.LookBack;
            var number = period is null ? 0 : BillingPeriod.Parse(period).Number;
            var runs = await db.Runs.AsNoTracking().Where(run => number == 0 ? run.StartedAt >= since : run.Period == number).OrderBy(run => run.Period)
                .Select(run => new { run.CorrelationId, run.Period, Accounts = db.AccountCloses.Count(close => close.RunId == run.CorrelationId) })
                    .ToListAsync(cancellationToken);
            return runs.ConvertAll(run => (run.CorrelationId, run.Period, run.Accounts));
        }, cancellationToken);

    async Task SettleAsync(ReconciliationPass pass, string driftClass, Scope scope, IReadOnlyList<Difference> found, CancellationToken cancellationToken)
    {
        foreach (var difference in found)
        {
            var drift = await ActAsync(pass.PassId, difference, scope, cancellationToken);
            if (drift is null)
                continue;       // not there any more when its account was locked
            pass.Found++;
            switch (drift.State)
            {
                case DriftState.Repaired: pass.Repaired++; break;
                case DriftState.Parked: pass.Parked++; break;
                default: pass.Reported++; break;
            }

            log.DriftFound(drift.Class, drift.AccountId, drift.Detail, drift.State, drift.Act);
        }

        var (period, seen, now) = (scope.Period, found.Select(one => one.Id).ToList(), clock.GetUtcNow());
        pass.Gone += await transactions.RunAsync(services => services.GetRequiredService<MonthCloseDbContext>().Drifts
            .Where(drift => drift.Class == driftClass && drift.Period == period && drift.EndedAt == null && !seen.Contains(drift.DriftId))
            .ExecuteUpdateAsync(set => set.SetProperty(drift => drift.State, DriftState.Gone).SetProperty(drift => drift.EndedAt, now)
                .SetProperty(drift => drift.LastSeenBy, pass.PassId), cancellationToken), cancellationToken);
    }

    Task<Drift?> ActAsync(Guid passId, Difference difference, Scope scope, CancellationToken cancellationToken) =>
        transactions.RunAsync(async services =>
        {
            var db = services.GetRequiredService<MonthCloseDbContext>();
            await services.GetRequiredService<LedgerBook>().LockAsync([difference.AccountId], cancellationToken);
            var check = services.GetRequiredKeyedService<DriftCheck>(difference.Class);
            var alone = scope with { AccountId = difference.AccountId };
            if (!(await check.FindAsync(alone, cancellationToken)).Any(again => again.Id == difference.Id))
                return null;

            if (await db.Drifts.AnyAsync(drift => drift.DriftId == difference.Id && drift.State == DriftState.Accepted
                && drift.Detail == difference.Detail.ShortenedTo(Drift.LongestDetail), cancellationToken))
                return null;
            var level = options.Value.LevelOf(difference.Class);
            var act = level == DriftLevel.Repair ? await check.RepairAsync(difference, alone, cancellationToken) : null;
            var state = act is not null ? DriftState.Repaired : level == DriftLevel.Report ? DriftState.Open : DriftState.Parked;
            var drift = await NotedAsync(db, services.GetRequiredService<IBulkWriter>(), passId, difference, scope.Period, level, state, act,
                cancellationToken);
            var audit = services.GetRequiredService<AuditTrail>();
            await audit.WriteAsync(audit.Entry(drift.AccountId, AuditSubject.Reconciliation, drift.DriftId, $"drift {drift.Class}: {drift.State}",
                why: drift.Act, before: new { difference.Detail }, after: new { drift.Level, drift.State }), cancellationToken);
            await services.GetRequiredService<IPublishEndpoint>().Publish(new DriftFound
            {
                PassId = passId,
                DriftId = drift.DriftId,
                Class = drift.Class,
                Period = BillingPeriod.FromNumber(drift.Period).ToString(),
                AccountId = drift.AccountId,
                InvoiceId = drift.InvoiceId,
                Subject = drift.Subject,
                Detail = drift.Detail,
                Outcome = drift.State.ToString(),
                Act = drift.Act
            }, cancellationToken);
            return drift;
        }, cancellationToken);

    async Task<Drift> NotedAsync(
        MonthCloseDbContext db, IBulkWriter bulk, Guid passId, Difference found, int period, DriftLevel level, DriftState state, string? act,
            CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var said = act ?? (level switch
        {
            DriftLevel.Report => "reported; nothing is done about this class",
            DriftLevel.Park => "nothing more is charged to the account until a person has looked",
            _ => "the books do not say how to put it right: nothing more is charged to the account until a person has looked"
        });
        var known = await db.Drifts.AsNoTracking().SingleOrDefaultAsync(drift => drift.DriftId == found.Id, cancellationToken);
        var drift = new Drift
        {
            DriftId = found.Id,
            Class = found.Class,
            Period = known?.Period ?? period,
            AccountId = found.AccountId,
            Subject = found.Subject,
            InvoiceId = found.InvoiceId,
            FoundBy = known?.FoundBy ?? passId,
            FoundAt = known?.FoundAt ?? now,
            Detail = found.Detail.ShortenedTo(Drift.LongestDetail),
            Act = said.ShortenedTo(1000),
            Level = level,
            State = state,
            LastSeenBy = passId,
            EndedAt = state == DriftState.Repaired ? now : null,
            Returns = (known?.Returns ?? 0) + (known?.EndedAt is null ? 0 : 1)
        };
        if (known is null)
            await bulk.InsertAsync(db, [drift], cancellationToken);
        else
            await bulk.UpdateAsync(db, [drift], x => new { x.Detail, x.Act, x.Level, x.State, x.LastSeenBy, x.EndedAt, x.Returns }, cancellationToken);
        return drift;
    }

    Task<int> EndAsync(ReconciliationPass pass, CancellationToken cancellationToken) =>
        transactions.RunAsync(async services =>
        {
            var db = services.GetRequiredService<MonthCloseDbContext>();
            await services.GetRequiredService<IBulkWriter>().InsertNewAsync(db, [pass], cancellationToken);
            var unreconciled = await db.Drifts.CountAsync(drift => drift.EndedAt == null, cancellationToken);
            await services.GetRequiredService<IPublishEndpoint>().Publish(new ReconciliationCompleted
            {
                PassId = pass.PassId,
                Periods = pass.Periods.Split(", ", StringSplitOptions.RemoveEmptyEntries),
                RequestedBy = pass.RequestedBy,
                Accounts = pass.Accounts,
                Found = pass.Found,
                Repaired = pass.Repaired,
                Parked = pass.Parked,
                Reported = pass.Reported,
                Gone = pass.Gone,
                Unreconciled = unreconciled,
                Incomplete = pass.Incomplete.Split("; ", StringSplitOptions.RemoveEmptyEntries),
                EndedAt = pass.EndedAt!.Value
            }, cancellationToken);
            log.PassEnded(pass.Periods, pass.Found, pass.Repaired, pass.Parked, pass.Reported, pass.Gone, unreconciled, pass.Incomplete.Length == 0
                ? "everything was compared" : pass.Incomplete);
            return unreconciled;
        }, cancellationToken);
}
