using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Gateway.Stripe;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Correct.Refunding;

/// <summary>Gives back what a charge took and the account does not owe. The gateway is asked later, while no lock is held.</summary>
sealed class RefundPaymentConsumer(MonthCloseDbContext db, CorrectionStore corrections, RefundWriter refunds, LedgerBook ledger, TimeProvider clock)
    : IConsumer<RefundPayment>
{
    public async Task Consume(ConsumeContext<RefundPayment> context)
    {
        var (asked, cancellationToken, now) = (context.Message, context.CancellationToken, clock.GetUtcNow());
        if (await corrections.OpenAsync(nameof(RefundPayment), asked.RefundId, asked.InvoiceNumber, asked.Amount,
            new Belief(asked.Currency, asked.InvoiceVersion, asked.AsOf, now).Check, cancellationToken)
            is not { } opened)
            return;

        var invoice = opened.Invoice;
        var chargeId = opened.Succeeded?.ChargeId;
        var underWay = chargeId is not null && await db.Refunds.AnyAsync(
            refund => refund.ChargeId == chargeId && (refund.State == RefundState.Pending || refund.State == RefundState.Unknown), cancellationToken);
        if (RefundDecision.Decide(invoice, asked.Amount, opened.Succeeded, underWay, opened.Balance.Credit, StripeAmount.StepOf(invoice.Currency))
            is { } refusal)
            throw refusal.Of(nameof(RefundPayment));

        await corrections.MarkAsync(Correction.Of(nameof(RefundPayment), asked.RefundId, invoice.AccountId, invoice.InvoiceId, asked.Amount, now),
            cancellationToken);
        var refund = await refunds.WriteAsync(opened.Succeeded!, asked.RefundId, null, asked.Amount, asked.Reason, asked.RequestedBy, now, cancellationToken);
        await ledger.AppendAsync([Posting.Of(refund, now)], cancellationToken);
    }
}

/// <summary>Writes a refund down before anyone asks for it. The caller holds the account's lock and books where the money comes from.</summary>
sealed class RefundWriter(MonthCloseDbContext db, IBulkWriter bulk, IPublishEndpoint bus, AuditTrail audit)
{
    public async Task<Refund> WriteAsync(
        Charge charge, string senderId, Guid? creditNoteId, decimal amount, string reason, string? requestedBy, DateTimeOffset now,
            CancellationToken cancellationToken)
    {
        var refund = new Refund
        {
            RefundId = Correction.IdOf("refund", senderId),
            SenderId = senderId,
            ChargeId = charge.ChargeId,
            InvoiceId = charge.InvoiceId,
            AccountId = charge.AccountId,
            CreditNoteId = creditNoteId,
            Amount = amount,
            Currency = charge.Currency,
            Reason = reason,
            State = RefundState.Pending,
            ChargeReference = charge.GatewayReference ?? "",
            CreatedAt = now
        };
        await bulk.UpdateAsync(db, [charge with { Refunded = charge.Refunded + amount }], x => new { x.Refunded }, cancellationToken);
        await WriteAsync(refund, requestedBy, cancellationToken);
        return refund;
    }

    /// <summary>Of money that the charge is not booked with, too: what the charge still has is for the caller to say.</summary>
    public async Task WriteAsync(Refund refund, string? requestedBy, CancellationToken cancellationToken)
    {
        await bulk.InsertAsync(db, [refund], cancellationToken);
        await audit.WriteAsync(audit.Entry(refund.AccountId, AuditSubject.Refund, refund.RefundId, "asked for", refund.Reason,
            after: new { refund.SenderId, refund.State, refund.ChargeId, refund.Amount, refund.Currency, refund.CreditNoteId }, by: requestedBy),
                cancellationToken);
        await bus.Publish(new AskRefund(refund.RefundId), cancellationToken);
    }
}

sealed class RefundPaymentValidator : AbstractValidator<RefundPayment>
{
    public RefundPaymentValidator()
    {
        RuleFor(x => x.RefundId).IsId(128);
        RuleFor(x => x.InvoiceNumber).IsId(32);
        RuleFor(x => x.InvoiceVersion).GreaterThan(0).Expected("the version that the invoice had when it was read, from 1");
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.Amount).IsMoney(x => x.Currency);
        RuleFor(x => x.Reason).IsId(400);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
