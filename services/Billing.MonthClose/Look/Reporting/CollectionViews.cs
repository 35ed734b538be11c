using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Collect.Collecting;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>Invoices that were not paid at once: where each stands, what was tried, and what is planned.</summary>
sealed class CollectionReader(MonthCloseDbContext db)
{
    public const int Most = 500;

    public async Task<CollectionView?> FindAsync(Guid invoiceId, CancellationToken cancellationToken) =>
        (await ReadAsync(db.Collections.Where(one => one.CorrelationId == invoiceId), 1, cancellationToken)).SingleOrDefault();

    /// <param name="state">
    /// One of the collection's states, or of its inquiry's: <c>Asking</c>, <c>Unresolved</c>; every state but <c>Paid</c> and <c>Ended</c> when left out.
    /// </param>
    /// <param name="after">The last invoice of the page before.</param>
    /// <param name="limit">At most <see cref="Most"/>.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public Task<IReadOnlyList<CollectionView>> ListAsync(string? state, Guid? after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(db.Collections.Where(one => (state == null ? one.CurrentState != nameof(Collection.Paid) && one.CurrentState != nameof(Collection.Ended)
                : one.CurrentState == state || db.ChargeInquiries.Any(inquiry => inquiry.InvoiceId == one.CorrelationId && inquiry.CurrentState == state))
            && (after == null || one.CorrelationId > after)), limit, cancellationToken);

    async Task<IReadOnlyList<CollectionView>> ReadAsync(IQueryable<CollectionState> which, int limit, CancellationToken cancellationToken)
    {
        var rows = await (
            from collection in which.AsNoTracking().OrderBy(one => one.CorrelationId).Take(limit)
            join invoice in db.Invoices.AsNoTracking() on collection.CorrelationId equals invoice.InvoiceId
            join account in db.Accounts.AsNoTracking() on invoice.AccountId equals account.AccountId
            join dunned in db.DunningPlans.AsNoTracking() on collection.CorrelationId equals dunned.InvoiceId into plans
            from plan in plans.DefaultIfEmpty()
            join placed in db.Holds.AsNoTracking().Where(hold => hold.LiftedAt == null) on collection.CorrelationId equals placed.InvoiceId into holds
            from hold in holds.DefaultIfEmpty()
            orderby collection.CorrelationId
            select new { Collection = collection, Invoice = invoice, account.TimeZone, Plan = plan, Hold = hold }).ToListAsync(cancellationToken);
        var ids = rows.ConvertAll(row => row.Invoice.InvoiceId);
        var charges = (await db.Charges.AsNoTracking().Where(charge => ids.Contains(charge.InvoiceId)).OrderBy(charge => charge.CreatedAt)
            .ToListAsync(cancellationToken))
            .ToLookup(charge => charge.InvoiceId);
        var inquiries = (await db.ChargeInquiries.AsNoTracking().Where(inquiry => ids.Contains(inquiry.InvoiceId)).OrderBy(inquiry => inquiry.StartedAt)
            .ToListAsync(cancellationToken))
            .ToLookup(inquiry => inquiry.InvoiceId, inquiry => new InquiryView(inquiry.CorrelationId, inquiry.CurrentState, inquiry.Looks, inquiry.DueAt));
        return rows.ConvertAll(row => new CollectionView
        {
            InvoiceId = row.Invoice.InvoiceId,
            Number = row.Invoice.Number,
            AccountId = row.Invoice.AccountId,
            Period = BillingPeriod.FromNumber(row.Invoice.Period).ToString(),
            AmountDue = row.Invoice.AmountDue,
            Open = row.Invoice.Open,
            Currency = row.Invoice.Currency,
            State = row.Collection.CurrentState,
            Reason = row.Collection.Reason,
            Overdue = (row.Plan?.Overdue ?? OverdueState.None).ToString(),
            Hold = row.Hold is null ? null : new HoldView(row.Hold.Reason, row.Hold.HeldAt),
            Policy = row.Plan?.Policy.Name,
            PayBy = row.Plan?.PayBy,
            Schedule = (row.Plan?.Cycle ?? 0) + 1,
            StartedAt = row.Collection.StartedAt ?? row.Plan?.StartedAt,
            Attempts = [.. charges[row.Invoice.InvoiceId].Select(charge => new AttemptView(
                charge.ChargeId, charge.Attempt, charge.Origin.ToString(), !charge.Uncounted && charge.Attempt > 0, charge.CreatedAt, charge.AnsweredAt,
                charge.Amount, charge.State.ToString(), charge.Code))],
            Planned = row is
            { Plan: { } planned, Collection: { CurrentState: nameof(Collection.Dunning) or nameof(Collection.AwaitingPayment), DueAt: { } due } }
                ? [.. planned.Policy.Planned(row.Collection.Attempt, due, row.TimeZone)
                    .Select(one => new PlannedView(one.Attempt, one.At, Zones.DayOf(one.At, row.TimeZone), one.IfRefused.ToString()))]
                : [],
            Inquiry = inquiries[row.Invoice.InvoiceId].LastOrDefault()
        });
    }
}
