using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Correct.Corrections;
using FluentValidation;
using MassTransit;

namespace Billing.MonthClose.Correct.Correcting;

/// <summary>Gives up what is open. The customer still owes it in his own eyes: a payment that comes later is a recovery.</summary>
sealed class WriteOffInvoiceConsumer(CorrectionStore corrections, LedgerBook ledger, AuditTrail audit, TimeProvider clock) : IConsumer<WriteOffInvoice>
{
    public async Task Consume(ConsumeContext<WriteOffInvoice> context)
    {
        var (asked, cancellationToken, now) = (context.Message, context.CancellationToken, clock.GetUtcNow());
        if (await corrections.OpenAsync(nameof(WriteOffInvoice), asked.WriteOffId, asked.InvoiceNumber, asked.Amount,
            new Belief(asked.Currency, asked.InvoiceVersion, asked.AsOf, now).Check, cancellationToken)
            is not { } opened)
            return;

        var invoice = opened.Invoice;
        if (VoidDecision.WriteOff(invoice, asked.Amount, opened.Unresolved) is { } refusal)
            throw refusal.Of(nameof(WriteOffInvoice));

        var given = invoice with
        {
            Status = InvoiceStatus.WrittenOff,
            WrittenOff = asked.Amount,
            AmountReduced = invoice.AmountReduced + asked.Amount,
            Version = invoice.Version + 1
        };
        await corrections.MarkAsync(Correction.Of(nameof(WriteOffInvoice), asked.WriteOffId, invoice.AccountId, invoice.InvoiceId, asked.Amount, now),
            cancellationToken);
        await corrections.WriteAsync(invoice, given, cancellationToken);
        await ledger.AppendAsync([Posting.OfWriteOff(invoice, new Money(asked.Amount, invoice.Currency), now)], cancellationToken);
        await corrections.SayOutcomeAsync(invoice, CloseOutcome.WrittenOff, cancellationToken);
        await audit.WriteAsync(audit.Entry(invoice.AccountId, AuditSubject.Invoice, invoice.InvoiceId, "written off", asked.Reason,
            new { invoice.Status, Open = invoice.Owed, invoice.Version }, new { given.Status, given.WrittenOff, given.Version, asked.LiftHold },
                asked.RequestedBy), cancellationToken);

        await context.Publish(new CollectionEnded(invoice.InvoiceId, invoice.AccountId, "the invoice is written off", asked.LiftHold), cancellationToken);
        await context.Publish(new InvoiceWrittenOff
        {
            InvoiceId = invoice.InvoiceId,
            InvoiceNumber = invoice.Number,
            AccountId = invoice.AccountId,
            Amount = asked.Amount,
            Currency = invoice.Currency
        }, cancellationToken);
    }
}

sealed class WriteOffInvoiceValidator : AbstractValidator<WriteOffInvoice>
{
    public WriteOffInvoiceValidator()
    {
        RuleFor(x => x.WriteOffId).IsId(128);
        RuleFor(x => x.InvoiceNumber).IsId(32);
        RuleFor(x => x.InvoiceVersion).GreaterThan(0).Expected("the version that the invoice had when it was read, from 1");
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.Amount).IsMoney(x => x.Currency);
        RuleFor(x => x.Reason).IsId(400);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
