using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Look.Reconciling;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>A place where two records of the same money disagree.</summary>
sealed record DifferenceView(string Kind, string AccountId, string Detail);

sealed record AmountView(string Currency, decimal Amount);

sealed record ReconciliationView
{
    public required string Period { get; init; }
    public required int Accounts { get; init; }
    public required int Closed { get; init; }
    public required int Parked { get; init; }
    public required int Held { get; init; }
    public required IReadOnlyList<AmountView> Invoiced { get; init; }
    public required IReadOnlyList<AmountView> Collected { get; init; }

    /// <summary>Charges whose outcome nobody knows yet, before the differences were looked for.</summary>
    public required int Unknown { get; init; }

    public required IReadOnlyList<DifferenceView> Differences { get; init; }
}

/// <summary>
/// Holds four records of a month's money against each other: invoices, charges, ledger, and what the gateway itself says it took. It only reads; the
/// reconciler looks at more, and acts.
/// </summary>
sealed class Reconciliation(MonthCloseDbContext db, RunTotals totals, DriftFinder finder)
{
    public async Task<ReconciliationView?> OfAsync(BillingPeriod period, CancellationToken cancellationToken)
    {
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Period == period.Number, cancellationToken);
        if (run is null)
            return null;
        var runId = run.CorrelationId;
        // counted before the records are compared: when it is 0, no charge that was still open can be among the differences
        var unknown = await (from charge in db.Charges
                             join invoice in db.Invoices on charge.InvoiceId equals invoice.InvoiceId
                             where invoice.RunId == runId && (charge.State == ChargeState.Unknown || charge.State == ChargeState.Pending)
                             select charge.ChargeId).CountAsync(cancellationToken);
        var findings = await finder.FindAsync(runId, period.Number, DriftClass.OfMoney, settleTime: TimeSpan.Zero, cancellationToken);
        if (findings.Incomplete is [var reason, ..])
            throw new HttpRequestException(reason);

        var steps = await totals.StepsAsync(runId, cancellationToken);
        var money = await totals.ByCurrencyAsync(runId, cancellationToken);
        return new ReconciliationView
        {
            Period = run.PeriodText,
            Accounts = steps.Values.Sum(),
            Closed = steps.GetValueOrDefault(CloseStep.Closed),
            Parked = steps.GetValueOrDefault(CloseStep.Parked),
            Held = await (from hold in db.Holds
                          join invoice in db.Invoices on hold.InvoiceId equals invoice.InvoiceId
                          where invoice.RunId == runId && hold.LiftedAt == null
                          select hold.AccountId).Distinct().CountAsync(cancellationToken),
            Invoiced = [.. money.Select(row => new AmountView(row.Currency, row.Invoiced))],
            Collected = [.. money.Select(row => new AmountView(row.Currency, row.Collected))],
            Unknown = unknown,
            Differences = [.. findings.Differences.Select(one => new DifferenceView(one.Class, one.AccountId, one.Detail))]
        };
    }
}

/// <summary>Comparisons of a month with the gateway's record, which read all of it.</summary>
sealed class Comparisons(IServiceScopeFactory scopes, IHostApplicationLifetime host) : SharedReadsOfBooks<ReconciliationView>(scopes, host)
{
    /// <exception cref="HttpRequestException">The gateway's record cannot be read.</exception>
    protected override Task<ReconciliationView?> ReadAsync(IServiceProvider services, BillingPeriod period, CancellationToken cancellationToken) =>
        services.GetRequiredService<Reconciliation>().OfAsync(period, cancellationToken);
}
