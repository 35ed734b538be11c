using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Auditing;
using Billing.MonthClose.Dunning;
using Billing.MonthClose.Ledger;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Holding;

/// <summary>A payment lifts the hold of its invoice; the account is free when no other holds it.</summary>
sealed class LiftHoldConsumer(MonthCloseDbContext db, LedgerBook ledger, AuditTrail audit, TimeProvider clock) : IConsumer<InvoiceSettled>, IConsumer<CollectionEnded>
{
    public Task Consume(ConsumeContext<InvoiceSettled> context) => LiftAsync(context, context.Message.InvoiceId, "the invoice is paid");

    public Task Consume(ConsumeContext<CollectionEnded> context) =>
        context.Message.LiftHold ? LiftAsync(context, context.Message.InvoiceId, context.Message.Reason) : Task.CompletedTask;

    async Task LiftAsync(ConsumeContext context, Guid invoiceId, string reason)
    {
        var now = clock.GetUtcNow();
        var hold = await db.Holds.AsNoTracking().SingleOrDefaultAsync(hold => hold.InvoiceId == invoiceId && hold.LiftedAt == null, context.CancellationToken);
        if (hold is null)
            return;
        // Two invoices of one account are often settled at once: one of the two must see that the other's hold is lifted.
        await ledger.LockAsync([hold.AccountId], context.CancellationToken);
        var lifted = await db.Holds.Where(open => open.InvoiceId == invoiceId && open.LiftedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(open => open.LiftedAt, now), context.CancellationToken);
        if (lifted == 1)
            await audit.WriteAsync(audit.Entry(hold.AccountId, AuditSubject.Hold, invoiceId, "lifted", reason, new { hold.Reason, hold.HeldAt }, new { LiftedAt = now }), context.CancellationToken);
        if (lifted == 1 && !await db.Holds.AnyAsync(other => other.AccountId == hold.AccountId && other.LiftedAt == null, context.CancellationToken))
            await context.Publish(new HoldLifted { AccountId = hold.AccountId, Reason = reason, LiftedAt = now });
    }
}
