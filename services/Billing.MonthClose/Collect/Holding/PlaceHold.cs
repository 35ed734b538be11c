using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Ledger;
using FluentValidation;
using MassTransit;

namespace Billing.MonthClose.Collect.Holding;

/// <summary>A person suspends an account, for a reason that no invoice knows.</summary>
sealed class PlaceHoldConsumer(LedgerBook ledger, HoldWriter holds, AuditTrail audit, TimeProvider clock) : IConsumer<PlaceHold>
{
    public async Task Consume(ConsumeContext<PlaceHold> context)
    {
        var (hold, cancellationToken) = (context.Message, context.CancellationToken);
        if (!(await ledger.LockAsync([hold.AccountId], cancellationToken)).ContainsKey(hold.AccountId))
            throw CommandRejected.Because(nameof(PlaceHold), nameof(hold.AccountId), hold.AccountId, "an account that is registered");
        var placed = await holds.PlaceAsync([new Hold
        {
            InvoiceId = Hold.IdByHand(hold.AccountId),
            AccountId = hold.AccountId,
            Reason = hold.Reason,
            HeldAt = clock.GetUtcNow(),
            ByHand = true,
            LiftedByPayment = hold.LiftedByPayment,
            PlacedBy = hold.RequestedBy
        }], cancellationToken);
        await audit.WriteAsync([.. placed.Audit], cancellationToken);
        await context.PublishBatch(placed.Events, cancellationToken);
    }
}

sealed class PlaceHoldValidator : AbstractValidator<PlaceHold>
{
    public PlaceHoldValidator()
    {
        RuleFor(x => x.AccountId).IsAccountId();
        RuleFor(x => x.Reason).IsId(200);
        RuleFor(x => x.RequestedBy).IsId(128);
    }
}
