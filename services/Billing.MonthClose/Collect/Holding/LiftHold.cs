using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Close.Charging;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Collect.Holding;

/// <summary>A payment lifts the hold of its invoice, a person any hold; the account is free when no other holds it.</summary>
sealed class LiftHoldConsumer(MonthCloseDbContext db, LedgerBook ledger, AuditTrail audit, TimeProvider clock) : IConsumer<InvoiceCleared>,
    IConsumer<CollectionEnded>, IConsumer<LiftHold>
{
    public Task Consume(ConsumeContext<InvoiceCleared> context) =>
        SettleAsync(context, context.Message.InvoiceId, context.Message.CarriedOver ? "what is left stands on the next invoice" : "the invoice is paid");

    public Task Consume(ConsumeContext<CollectionEnded> context) =>
        context.Message.LiftHold ? SettleAsync(context, context.Message.InvoiceId, context.Message.Reason) : Task.CompletedTask;

    async Task SettleAsync(ConsumeContext context, Guid invoiceId, string reason)
    {
        var cancellationToken = context.CancellationToken;
        var plan = await db.DunningPlans.AsNoTracking().SingleOrDefaultAsync(plan => plan.InvoiceId == invoiceId, cancellationToken);
        var accountId = plan?.AccountId ?? await db.Invoices.Where(invoice => invoice.InvoiceId == invoiceId).Select(invoice => invoice.AccountId)
            .SingleAsync(cancellationToken);
        if (plan is null && !await db.Holds.AnyAsync(hold => hold.AccountId == accountId && hold.LiftedAt == null, cancellationToken))
            return;
        // Two invoices of one account are often settled at once: one of the two must see that the other's hold is lifted.
        var balance = (await ledger.LockAsync([accountId], cancellationToken))[accountId];
        if (plan is not null && await db.DunningPlans.Where(overdue => overdue.InvoiceId == invoiceId && overdue.Overdue != OverdueState.None)
            .ExecuteUpdateAsync(set => set.SetProperty(overdue => overdue.Overdue, OverdueState.None), cancellationToken) == 1)
            await context.Publish(new AccountOverdueChanged
            {
                AccountId = accountId,
                InvoiceId = invoiceId,
                State = nameof(OverdueState.None),
                Policy = plan.Policy.Name,
                ChangedAt = clock.GetUtcNow()
            }, cancellationToken);
        await LiftAsync(context, accountId, hold => hold.InvoiceId == invoiceId || (hold.ByHand && hold.LiftedByPayment && balance.Owed <= 0),
            reason, liftedBy: null);
    }

    public async Task Consume(ConsumeContext<LiftHold> context)
    {
        var lift = context.Message;
        if (!(await ledger.LockAsync([lift.AccountId], context.CancellationToken)).ContainsKey(lift.AccountId))
            throw CommandRejected.Because(nameof(LiftHold), nameof(lift.AccountId), lift.AccountId, "an account that is registered");
        await LiftAsync(context, lift.AccountId, hold => lift.InvoiceId is null || hold.InvoiceId == lift.InvoiceId, lift.Reason, lift.RequestedBy);
    }

    /// <summary>Under the account's lock, so two that lift at once cannot both believe that the other's hold is still there.</summary>
    async Task LiftAsync(ConsumeContext context, string accountId, Func<Hold, bool> which, string reason, string? liftedBy)
    {
        var now = clock.GetUtcNow();
        var inForce = await db.Holds.AsNoTracking().Where(hold => hold.AccountId == accountId && hold.LiftedAt == null).ToListAsync(context.CancellationToken);
        var lifted = inForce.FindAll(hold => which(hold));
        if (lifted.Count == 0)
            return;
        var ids = lifted.ConvertAll(hold => hold.InvoiceId);
        await db.Holds.Where(hold => ids.Contains(hold.InvoiceId))
            .ExecuteUpdateAsync(set => set.SetProperty(hold => hold.LiftedAt, now).SetProperty(hold => hold.LiftedBy, liftedBy), context.CancellationToken);
        await audit.WriteAsync(lifted.ConvertAll(hold =>
            audit.Entry(accountId, AuditSubject.Hold, hold.InvoiceId, "lifted", reason, new { hold.Reason, hold.HeldAt }, new { LiftedAt = now }, liftedBy)),
                context.CancellationToken);
        if (lifted.Count < inForce.Count)
            return;
        await context.Publish(new HoldLifted { AccountId = accountId, Reason = reason, LiftedAt = now, LiftedBy = liftedBy });
        // The letter names an invoice; a hold that a person placed has none, and whoever placed it speaks with the customer.
        if (lifted.Find(hold => !hold.ByHand) is { } paid)
            await context.Publish(new TellCustomer(paid.InvoiceId, "hold-lifted", paid.Times));
    }
}

sealed class LiftHoldValidator : AbstractValidator<LiftHold>
{
    public LiftHoldValidator()
    {
        RuleFor(x => x.AccountId).IsAccountId();
        RuleFor(x => x.Reason).IsId(200);
        RuleFor(x => x.RequestedBy).IsId(128);
    }
}
