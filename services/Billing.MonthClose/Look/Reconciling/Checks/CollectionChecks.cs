using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Close.Charging;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling.Checks;

sealed class ChargeUnresolved(MonthCloseDbContext db) : DriftCheck(DriftClass.ChargeUnresolved)
{
    /// <summary>The last look is taken after 7 days, an hour and 5 minutes.</summary>
    public static readonly TimeSpan AfterTheLastLook = TimeSpan.FromDays(8);

    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var before = scope.Before - AfterTheLastLook;
        var rows = await db.ChargesOf(scope).Where(charge => (charge.State == ChargeState.Unknown || charge.State == ChargeState.Pending)
            && charge.CreatedAt < before)
            .OrderBy(charge => charge.CreatedAt).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(charge => Found(charge.AccountId, charge.ChargeId,
            $"nobody knows since {charge.CreatedAt:yyyy-MM-dd} what became of {charge.ChargeId} over {charge.Amount} {charge.Currency}", charge.InvoiceId,
                charge.ChargeId));
    }
}

sealed class CollectionMissing(MonthCloseDbContext db, IPublishEndpoint bus, TimeProvider clock) : DriftCheck(DriftClass.CollectionMissing)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var rows = await (
            from invoice in db.InvoicesOf(scope)
            join close in db.ClosesOf(scope) on invoice.AccountId equals close.AccountId
            where invoice.Status == InvoiceStatus.Open && close.Step == CloseStep.Closed && close.ClosedAt < scope.Before
                && db.Charges.Any(charge => charge.InvoiceId == invoice.InvoiceId && charge.CreatedAt < scope.Before
                    && (charge.State == ChargeState.Failed || charge.State == ChargeState.Unknown || charge.Code == nameof(CloseOutcome.ManualPayment)))
                && !db.Charges.Any(charge => charge.InvoiceId == invoice.InvoiceId && charge.State == ChargeState.Pending)
                && !db.Collections.Any(collection => collection.CorrelationId == invoice.InvoiceId)
            orderby invoice.AccountId
            select new
            {
                invoice.InvoiceId,
                invoice.AccountId,
                invoice.Number,
                Open = invoice.AmountDue - invoice.AmountPaid - invoice.AmountReduced,
                invoice.Currency
            }).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.AccountId, row.InvoiceId, $"{row.Open} {row.Currency} of {row.Number} are open, and nobody follows it up",
            row.InvoiceId));
    }

    /// <summary>
    /// An unknown charge is asked about again; after a failed one, or for who pays by hand, the collection begins where it was lost: with the next try.
    /// </summary>
    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        var last = await db.Charges.AsNoTracking().Where(charge => charge.InvoiceId == drift.InvoiceId
            && charge.State != ChargeState.Succeeded && charge.State != ChargeState.Pending)
            .OrderByDescending(charge => charge.CreatedAt).FirstAsync(cancellationToken);
        await (last.State == ChargeState.Unknown
            ? bus.Publish(new ChargeUnknown(last.InvoiceId, last.AccountId, last.ChargeId), cancellationToken)
            : last.State == ChargeState.Skipped
            ? bus.Publish(new RetryCharge(last.InvoiceId, ChargeId: Guid.CreateVersion7(clock.GetUtcNow())), cancellationToken)
            : bus.Publish(new ChargeDeclined(last.InvoiceId, last.AccountId, last.Attempt, clock.GetUtcNow()), cancellationToken));
        return last.State == ChargeState.Unknown ? "the gateway will be asked again" : "the collection goes on with the next try";
    }
}

sealed class HoldOnPaidInvoice(MonthCloseDbContext db, IPublishEndpoint bus) : DriftCheck(DriftClass.HoldOnPaidInvoice)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var rows = await (
            from hold in db.Holds
            join invoice in db.InvoicesOf(scope) on hold.InvoiceId equals invoice.InvoiceId
            where hold.LiftedAt == null && hold.HeldAt < scope.Before && (invoice.PaidAt == null || invoice.PaidAt < scope.Before)
                && (invoice.Status == InvoiceStatus.Paid || invoice.Status == InvoiceStatus.Voided)
            orderby hold.AccountId
            select new { hold.AccountId, hold.InvoiceId, hold.HeldAt, invoice.Number, invoice.Status }).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.AccountId, row.InvoiceId,
            $"on hold since {row.HeldAt:yyyy-MM-dd HH:mm}Z for {row.Number}, which is {row.Status}", row.InvoiceId));
    }

    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        await bus.Publish(new InvoiceCleared(drift.InvoiceId!.Value, drift.AccountId), cancellationToken);
        return "the hold is lifted";
    }
}
