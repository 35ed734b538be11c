using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Collect.Collecting;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling.Checks;

/// <summary>
/// Whatever waits has a timer, or names the facts or the person that it waits for. A collection whose time has passed, or whose facts are there, is
/// tried now.
/// </summary>
sealed class CollectionStandsStill(MonthCloseDbContext db, IPublishEndpoint bus, TimeProvider clock) : DriftCheck(DriftClass.CollectionStandsStill)
{
    /// <summary>How long after its time a try may still be on its way.</summary>
    static readonly TimeSpan Late = TimeSpan.FromHours(2);

    static readonly string[] OnTheirWay = [nameof(Collection.Dunning), nameof(Collection.AwaitingPayment), nameof(Collection.Charging)];

    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var before = scope.Before - Late;
        var rows = await (
            from invoice in db.InvoicesOf(scope)
            join collection in db.Collections.AsNoTracking() on invoice.InvoiceId equals collection.CorrelationId
            join account in db.Accounts.AsNoTracking() on invoice.AccountId equals account.AccountId
            where invoice.Status == InvoiceStatus.Open
                && (collection.CurrentState == nameof(Collection.Waiting)
                    || (OnTheirWay.Contains(collection.CurrentState) && (collection.DueAt ?? collection.NextTry ?? collection.StartedAt) < before))
                && !db.Charges.Any(charge => charge.InvoiceId == invoice.InvoiceId && (charge.State == ChargeState.Pending
                    || charge.State == ChargeState.Unknown || charge.CreatedAt >= before || charge.AnsweredAt >= before))
            orderby invoice.AccountId
            select new { invoice.InvoiceId, invoice.Number, Account = account, collection.CurrentState, collection.Reason, collection.DueAt })
                .Take(scope.Most).ToListAsync(cancellationToken);
        return [.. rows.Where(row => row.CurrentState != nameof(Collection.Waiting) || !StillHolds(row.Reason, row.Account)).Select(row =>
            Found(row.Account.AccountId, row.InvoiceId, row.CurrentState == nameof(Collection.Waiting)
                ? $"{row.Number} waits because of {row.Reason}, which is over"
                : $"{row.Number} is {row.CurrentState}, and was to be tried by {row.DueAt?.ToString("u") ?? "a time that nobody wrote down"}", row.InvoiceId))];
    }

    /// <summary>What keeps a collection waiting is still so.</summary>
    bool StillHolds(string? reason, Account account) => reason switch
    {
        nameof(CloseOutcome.AutoPayOff) => account.Has(ControlTags.AutoPayOff),
        nameof(CloseOutcome.WrittenOff) => account.Has(ControlTags.WrittenOff),
        nameof(ControlTags.NoDunning) => account.Has(ControlTags.NoDunning | ControlTags.WrittenOff),
        nameof(CloseOutcome.AccountClosed) => account.IsClosedOn(Zones.DayOf(clock.GetUtcNow(), account.TimeZone)),
        _ => false
    };

    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        await bus.Publish(new RetryCharge(drift.InvoiceId!.Value, ChargeId: Guid.CreateVersion7(clock.GetUtcNow())), cancellationToken);
        return "it is tried now";
    }
}

/// <summary>The gateway is asked about an unknown charge until it knows, or until a person was called.</summary>
sealed class InquiryStandsStill(MonthCloseDbContext db, IPublishEndpoint bus) : DriftCheck(DriftClass.InquiryStandsStill)
{
    static readonly TimeSpan Late = TimeSpan.FromHours(2);

    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var before = scope.Before - Late;
        var rows = await (
            from charge in db.ChargesOf(scope)
            where charge.State == ChargeState.Unknown && (charge.AnsweredAt ?? charge.CreatedAt) < before
                && !db.ChargeInquiries.Any(inquiry => inquiry.CorrelationId == charge.ChargeId
                    && (inquiry.CurrentState == nameof(ChargeInquiry.Unresolved)
                        || (inquiry.CurrentState == nameof(ChargeInquiry.Asking) && inquiry.DueAt >= before)))
            orderby charge.CreatedAt
            select charge).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(charge => Found(charge.AccountId, charge.ChargeId,
            $"nobody asks any more what became of {charge.ChargeId} over {charge.Amount} {charge.Currency}", charge.InvoiceId, charge.ChargeId));
    }

    /// <summary>An inquiry that nobody began is begun; one that lost its timer hears an answer, and goes on from there.</summary>
    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        await bus.Publish(new ChargeUnknown(drift.InvoiceId!.Value, drift.AccountId, drift.ChargeId!.Value), cancellationToken);
        await bus.Publish(new LookForCharge(drift.ChargeId.Value), cancellationToken);
        return "the gateway is asked now";
    }
}
