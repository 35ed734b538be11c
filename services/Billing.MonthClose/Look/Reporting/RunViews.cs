using Billing.MonthClose.Books.Brakes;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Previews;
using Billing.MonthClose.Close.Running;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>Reads what was counted where it happened: some rows, however many accounts the run has and however often somebody looks.</summary>
sealed class RunReader(MonthCloseDbContext db, BrakeReader brakes)
{
    public const int Most = 100;

    /// <param name="before">Only months before this one; null for all.</param>
    /// <param name="limit">At most so many, the newest month first.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<RunLine>> ListAsync(BillingPeriod? before, int limit, CancellationToken cancellationToken)
    {
        var first = before?.Number ?? int.MaxValue;
        var runs = await db.Runs.AsNoTracking().Where(run => run.Period < first).OrderByDescending(run => run.Period).Take(limit)
            .ToListAsync(cancellationToken);
        var ids = runs.ConvertAll(run => run.CorrelationId);
        var closes = (await db.CloseTallies.Where(tally => ids.Contains(tally.RunId)).GroupBy(tally => new { tally.RunId, tally.Step })
            .Select(close => new { close.Key.RunId, close.Key.Step, Count = close.Sum(tally => tally.Accounts) }).ToListAsync(cancellationToken))
            .ToLookup(close => close.RunId);
        var money = (await db.MoneyTallies.Where(tally => ids.Contains(tally.RunId)).GroupBy(tally => new { tally.RunId, tally.Currency })
            .Select(currency => new
            {
                currency.Key.RunId,
                currency.Key.Currency,
                Invoices = currency.Sum(tally => tally.Invoices),
                Invoiced = currency.Sum(tally => tally.Invoiced),
                Collected = currency.Sum(tally => tally.Collected),
                Open = currency.Sum(tally => tally.Open)
            }).ToListAsync(cancellationToken)).ToLookup(currency => currency.RunId);

        var lines = runs.ConvertAll(run =>
        {
            int At(CloseStep step) => closes[run.CorrelationId].Where(close => close.Step == step).Sum(close => close.Count);
            return new RunLine
            {
                Period = run.PeriodText,
                RunId = run.CorrelationId,
                State = run.CurrentState,
                RequestedBy = run.RequestedBy,
                HaltReason = run.HaltReason,
                PauseReason = run.PauseReason,
                StartedAt = run.StartedAt,
                CompletedAt = run.CompletedAt,
                SucceededAt = run.SucceededAt,
                Accounts = closes[run.CorrelationId].Sum(close => close.Count),
                Closed = At(CloseStep.Closed),
                Parked = At(CloseStep.Parked),
                Cancelled = At(CloseStep.Cancelled),
                Money = [.. money[run.CorrelationId].Where(currency => currency.Invoices > 0).OrderBy(currency => currency.Currency, StringComparer.Ordinal)
                    .Select(currency => new RunMoney(currency.Currency, currency.Invoices, currency.Invoiced, currency.Collected, currency.Open))]
            };
        });
        var previewed = await PreviewedAsync(first, limit, cancellationToken);
        return [.. lines.Concat(previewed).OrderByDescending(run => run.Period, StringComparer.Ordinal).Take(limit)];
    }

    /// <summary>The life of a run begins with being looked at.</summary>
    async Task<List<RunLine>> PreviewedAsync(int first, int limit, CancellationToken cancellationToken)
    {
        var previews = (await db.Previews.AsNoTracking().Where(preview => preview.Checks == null && preview.Token != null && preview.Period < first
                && !db.Runs.Any(run => run.Period == preview.Period))
            .OrderByDescending(preview => preview.Period).ThenByDescending(preview => preview.AskedAt).Take(limit).ToListAsync(cancellationToken))
            .DistinctBy(preview => preview.Period);
        var lines = new List<RunLine>();
        foreach (var preview in previews)
            lines.Add(new RunLine
            {
                Period = preview.PeriodText,
                RunId = RunState.IdOf(preview.PeriodText),
                State = RunLine.Previewed,
                RequestedBy = preview.RequestedBy,
                StartedAt = preview.AskedAt,
                Accounts = preview.Accounts,
                Closed = 0,
                Parked = (await PreviewTotalsReader.CountAsync(db, preview.PreviewId, cancellationToken)).Parked,
                Cancelled = 0,
                Money = [.. (await PreviewTotalsReader.ByCurrencyAsync(db, preview.PreviewId, cancellationToken)).Where(currency => currency.Invoices > 0)
                    .Select(currency => new RunMoney(currency.Currency, currency.Invoices, currency.Invoiced, 0, currency.AmountDue))]
            });
        return lines;
    }

    /// <summary>From its beginning: one small row for each chunk is read, however many accounts there are.</summary>
    /// <returns>Null when there is no run of the month.</returns>
    public async Task<IReadOnlyList<RunPoint>?> ProgressAsync(BillingPeriod period, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Period == period.Number, cancellationToken) is not { } run)
            return null;
        var accounts = await db.CloseTallies.Where(tally => tally.RunId == run.CorrelationId).SumAsync(tally => tally.Accounts, cancellationToken);
        var ends = await db.Chunks.Where(chunk => chunk.RunId == run.CorrelationId).Select(chunk => chunk.EndedAt).ToListAsync(cancellationToken);
        return RunCurve.Of(run.StartedAt, accounts, ends);
    }

    public async Task<RunView?> FindAsync(BillingPeriod period, CancellationToken cancellationToken)
    {
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Period == period.Number, cancellationToken);
        if (run is null)
            return null;
        var runId = run.CorrelationId;
        var closes = await db.CloseTallies.Where(tally => tally.RunId == runId).GroupBy(tally => new { tally.Step, tally.Outcome, tally.ReasonCode })
            .Select(close => new
            {
                close.Key.Step,
                close.Key.Outcome,
                close.Key.ReasonCode,
                Count = close.Sum(tally => tally.Accounts),
                Reason = close.Max(tally => tally.Reason)
            })
            .Where(close => close.Count != 0).ToListAsync(cancellationToken);
        var chunks = await db.Chunks.Where(chunk => chunk.RunId == runId)
            .GroupBy(chunk => chunk.Place).Select(place => new { place.Key, Count = place.Count() }).ToListAsync(cancellationToken);

        return new RunView
        {
            Period = run.PeriodText,
            RunId = runId,
            State = run.CurrentState,
            RequestedBy = run.RequestedBy,
            CancelReason = run.CancelReason,
            HaltReason = run.HaltReason,
            FinalAt = run.FinalAt,
            Pause = run.PausedAt is { } since ? new PauseView(since, run.PausedBy, run.PauseReason ?? "", run.PauseBrake) : null,
            StartedAt = run.StartedAt,
            CompletedAt = run.CompletedAt,
            SucceededAt = run.SucceededAt,
            Accounts = closes.Sum(close => close.Count),
            Steps = Enum.GetValues<CloseStep>()
                .ToDictionary(step => step.ToString(), step => closes.Where(close => close.Step == step).Sum(close => close.Count)),
            Outcomes = Enum.GetNames<CloseOutcome>().Select(name => (Name: name, Count: closes.Where(close => close.Outcome == name).Sum(close => close.Count)))
                .Where(outcome => outcome.Count > 0).ToDictionary(outcome => outcome.Name, outcome => outcome.Count),
            Chunks = new ChunkCounts(
                chunks.Sum(place => place.Count),
                chunks.Where(place => place.Key == ChunkPlace.Ended).Sum(place => place.Count),
                chunks.Where(place => place.Key == ChunkPlace.InFlight).Sum(place => place.Count)),
            Totals = await MoneyAsync(runId, cancellationToken),
            Parked = [.. closes.Where(close => close.Step == CloseStep.Parked).GroupBy(close => close.ReasonCode)
                .Select(reason => new ParkedView(reason.Key, reason.Max(close => close.Reason)!, reason.Sum(close => close.Count)))],
            Brakes = HasEnded(run) ? [] : await BrakesAsync(run, cancellationToken)
        };
    }

    static bool HasEnded(RunState run) =>
        run.CurrentState is nameof(MonthCloseRun.Completed) or nameof(MonthCloseRun.Succeeded) or nameof(MonthCloseRun.Cancelled);

    async Task<IReadOnlyList<BrakeView>> BrakesAsync(RunState run, CancellationToken cancellationToken)
    {
        var limits = await brakes.LimitsAsync(cancellationToken);
        var reading = (await brakes.ReadAsync(run, limits, cancellationToken)).Since(BrakeReader.FromOf(run));
        return [.. reading.Against(limits).Select(brake =>
            new BrakeView(brake.Name, brake.Currency, brake.Limit, brake.Now, brake.Counts, brake.InWords))];
    }

    async Task<IReadOnlyList<MoneyView>> MoneyAsync(Guid runId, CancellationToken cancellationToken)
    {
        var rows = await db.MoneyTallies.Where(tally => tally.RunId == runId).GroupBy(tally => new { tally.Currency, tally.Close })
            .Select(money => new
            {
                money.Key.Currency,
                money.Key.Close,
                Invoices = money.Sum(tally => tally.Invoices),
                Invoiced = money.Sum(tally => tally.Invoiced),
                Tax = money.Sum(tally => tally.Tax),
                CreditUsed = money.Sum(tally => tally.CreditUsed),
                Collected = money.Sum(tally => tally.Collected),
                Credited = money.Sum(tally => tally.Credited),
                Refunded = money.Sum(tally => tally.Refunded),
                WrittenOff = money.Sum(tally => tally.WrittenOff),
                Recovered = money.Sum(tally => tally.Recovered),
                Open = money.Sum(tally => tally.Open)
            }).ToListAsync(cancellationToken);
        return [.. rows.GroupBy(row => row.Currency).Where(currency => currency.Sum(row => row.Invoices) > 0)
            .OrderBy(currency => currency.Key, StringComparer.Ordinal).Select(currency =>
        {
            decimal Due(params CloseOutcome[] outcomes) => currency.Where(row => outcomes.Any(outcome => outcome.ToString() == row.Close)).Sum(row => row.Open);
            return new MoneyView
            {
                Currency = currency.Key,
                Invoices = currency.Sum(row => row.Invoices),
                Invoiced = currency.Sum(row => row.Invoiced),
                Tax = currency.Sum(row => row.Tax),
                CreditUsed = currency.Sum(row => row.CreditUsed),
                Collected = currency.Sum(row => row.Collected),
                Credited = currency.Sum(row => row.Credited),
                Refunded = currency.Sum(row => row.Refunded),
                WrittenOff = currency.Sum(row => row.WrittenOff),
                Recovered = currency.Sum(row => row.Recovered),
                Failed = Due(CloseOutcome.InCollection),
                Held = Due(CloseOutcome.Held),
                Skipped = Due(CloseOutcome.ManualPayment, CloseOutcome.AutoPayOff, CloseOutcome.WrittenOff, CloseOutcome.AccountClosed,
                    CloseOutcome.CarriedForward, CloseOutcome.AlreadyPaid),
                Parked = currency.Where(row => row.Close == MoneyTally.Parked).Sum(row => row.Open),
                Open = currency.Sum(row => row.Open)
            };
        })];
    }
}
