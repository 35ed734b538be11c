using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Close.Running;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>One run as people and programs read it.</summary>
sealed record RunView
{
    public required string Period { get; init; }
    public required Guid RunId { get; init; }
    public required string State { get; init; }
    public string? RequestedBy { get; init; }
    public string? CancelReason { get; init; }

    /// <summary>Which step failed for good, and why, while the run is halted.</summary>
    public string? HaltReason { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public DateTimeOffset? SucceededAt { get; init; }
    public required int Accounts { get; init; }
    public required IReadOnlyDictionary<string, int> Steps { get; init; }
    public required IReadOnlyDictionary<string, int> Outcomes { get; init; }
    public required ChunkCounts Chunks { get; init; }
    public required IReadOnlyList<MoneyView> Totals { get; init; }
    public required IReadOnlyList<ParkedView> Parked { get; init; }
}

sealed record ChunkCounts(int Total, int Ended, int InFlight);

sealed record ParkedView(string ReasonCode, string Reason, int Count);

/// <summary>A run's money in one currency, in its major unit.</summary>
sealed record MoneyView
{
    public required string Currency { get; init; }
    public required int Invoices { get; init; }
    public required decimal Invoiced { get; init; }
    public required decimal CreditUsed { get; init; }
    public required decimal Collected { get; init; }

    /// <summary>Taken back by credit notes, whether it was paid or not.</summary>
    public required decimal Credited { get; init; }

    /// <summary>Given back by the gateway.</summary>
    public required decimal Refunded { get; init; }

    public required decimal WrittenOff { get; init; }

    /// <summary>What came in after all of what was written off.</summary>
    public required decimal Recovered { get; init; }

    /// <summary>Due, and being collected: declined softly, or unknown.</summary>
    public required decimal Failed { get; init; }

    /// <summary>Due from accounts on hold.</summary>
    public required decimal Held { get; init; }

    /// <summary>Due, and not charged for a reason: paid by transfer, account closed, too small.</summary>
    public required decimal Skipped { get; init; }

    /// <summary>Due from accounts whose close is parked.</summary>
    public required decimal Parked { get; init; }

    /// <summary>Due in all: the four before it, and what the run has not come to yet.</summary>
    public required decimal Open { get; init; }
}

sealed class RunReader(MonthCloseDbContext db, RunTotals totals)
{
    public async Task<RunView?> FindAsync(BillingPeriod period, CancellationToken cancellationToken)
    {
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Period == period.Number, cancellationToken);
        if (run is null)
            return null;
        var runId = run.CorrelationId;
        var steps = await totals.StepsAsync(runId, cancellationToken);
        var outcomes = await db.AccountCloses.Where(close => close.RunId == runId && close.Outcome != null)
            .GroupBy(close => close.Outcome!.Value).Select(outcome => new { outcome.Key, Count = outcome.Count() }).ToListAsync(cancellationToken);
        var chunks = await db.Chunks.Where(chunk => chunk.RunId == runId)
            .GroupBy(chunk => chunk.Place).Select(place => new { place.Key, Count = place.Count() }).ToListAsync(cancellationToken);
        var parked = await db.AccountCloses.Where(close => close.RunId == runId && close.Step == CloseStep.Parked)
            .GroupBy(close => close.ReasonCode!).Select(reason => new ParkedView(reason.Key, reason.Min(close => close.Reason)!, reason.Count()))
            .ToListAsync(cancellationToken);

        return new RunView
        {
            Period = run.PeriodText,
            RunId = runId,
            State = run.CurrentState,
            RequestedBy = run.RequestedBy,
            CancelReason = run.CancelReason,
            HaltReason = run.HaltReason,
            StartedAt = run.StartedAt,
            CompletedAt = run.CompletedAt,
            SucceededAt = run.SucceededAt,
            Accounts = steps.Values.Sum(),
            Steps = Enum.GetValues<CloseStep>().ToDictionary(step => step.ToString(), step => steps.GetValueOrDefault(step)),
            Outcomes = outcomes.OrderBy(outcome => outcome.Key).ToDictionary(outcome => outcome.Key.ToString(), outcome => outcome.Count),
            Chunks = new ChunkCounts(
                chunks.Sum(place => place.Count),
                chunks.Where(place => place.Key == ChunkPlace.Ended).Sum(place => place.Count),
                chunks.Where(place => place.Key == ChunkPlace.InFlight).Sum(place => place.Count)),
            Totals = await MoneyAsync(runId, cancellationToken),
            Parked = parked
        };
    }

    public async Task<IReadOnlyList<MoneyView>> MoneyAsync(Guid runId, CancellationToken cancellationToken)
    {
        // The close is looked up for each invoice by its key. As a join it may be read once for each invoice as a whole: the statistics know nothing of a run
        // that has just begun.
        var rows = await (
            from invoice in db.Invoices
            where invoice.RunId == runId && invoice.Status != InvoiceStatus.Voided
            let step = db.AccountCloses.Where(close => close.RunId == runId && close.AccountId == invoice.AccountId)
                .Select(close => (CloseStep?)close.Step).FirstOrDefault()
            let outcome = db.AccountCloses.Where(close => close.RunId == runId && close.AccountId == invoice.AccountId)
                .Select(close => close.Outcome).FirstOrDefault()
            where step != null
            group invoice by new { invoice.Currency, Outcome = outcome, IsParked = step == CloseStep.Parked }
            into money
            select new
            {
                money.Key.Currency,
                money.Key.Outcome,
                money.Key.IsParked,
                Count = money.Count(),
                Invoiced = money.Sum(invoice => invoice.Total - invoice.Carried),
                CreditUsed = money.Sum(invoice => invoice.CreditApplied + invoice.CreditUsedLater),
                WrittenOff = money.Sum(invoice => invoice.WrittenOff),
                Recovered = money.Sum(invoice => invoice.Recovered),
                Collected = money.Sum(invoice => invoice.AmountPaid),
                Open = money.Sum(invoice => invoice.Status == InvoiceStatus.Open
                    || (invoice.Status == InvoiceStatus.CarriedForward && invoice.CarriedTo == null)
                    ? invoice.AmountDue - invoice.AmountPaid - invoice.AmountReduced : 0)
            }).ToListAsync(cancellationToken);

        var (credited, refunded) = await GivenBackAsync(runId, cancellationToken);
        return [.. rows.GroupBy(row => row.Currency).OrderBy(currency => currency.Key, StringComparer.Ordinal).Select(currency =>
        {
            decimal Due(params CloseOutcome[] outcomes) =>
                currency.Where(row => !row.IsParked && row.Outcome is { } outcome && outcomes.Contains(outcome)).Sum(row => row.Open);
            return new MoneyView
            {
                Currency = currency.Key,
                Invoices = currency.Sum(row => row.Count),
                Invoiced = currency.Sum(row => row.Invoiced),
                CreditUsed = currency.Sum(row => row.CreditUsed),
                Collected = currency.Sum(row => row.Collected),
                Credited = credited.GetValueOrDefault(currency.Key),
                Refunded = refunded.GetValueOrDefault(currency.Key),
                WrittenOff = currency.Sum(row => row.WrittenOff),
                Recovered = currency.Sum(row => row.Recovered),
                Failed = Due(CloseOutcome.InCollection),
                Held = Due(CloseOutcome.Held),
                Skipped = Due(CloseOutcome.ManualPayment, CloseOutcome.AutoPayOff, CloseOutcome.WrittenOff, CloseOutcome.AccountClosed,
                    CloseOutcome.CarriedForward, CloseOutcome.AlreadyPaid),
                Parked = currency.Where(row => row.IsParked).Sum(row => row.Open),
                Open = currency.Sum(row => row.Open)
            };
        })];
    }

    /// <summary>By currency, what credit notes took back, and what the gateway gave back.</summary>
    async Task<(Dictionary<string, decimal> Credited, Dictionary<string, decimal> Refunded)> GivenBackAsync(Guid runId, CancellationToken cancellationToken)
    {
        var credited = await (from note in db.CreditNotes
                              join invoice in db.Invoices on note.InvoiceId equals invoice.InvoiceId
                              where invoice.RunId == runId
                              group note by note.Currency into currency
                              select new { currency.Key, Amount = currency.Sum(note => note.Amount) })
                                  .ToDictionaryAsync(row => row.Key, row => row.Amount, cancellationToken);
        var refunded = await (from refund in db.Refunds
                              join invoice in db.Invoices on refund.InvoiceId equals invoice.InvoiceId
                              where invoice.RunId == runId && refund.State == RefundState.Succeeded
                              group refund by refund.Currency into currency
                              select new { currency.Key, Amount = currency.Sum(refund => refund.Amount) })
                                  .ToDictionaryAsync(row => row.Key, row => row.Amount, cancellationToken);
        return (credited, refunded);
    }
}
