using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Correct.Corrections;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Correct.Correcting;

/// <summary>Takes an invoice back while nothing is paid on it. It stays in the books as voided, and its entries are turned round.</summary>
sealed class VoidInvoiceConsumer(MonthCloseDbContext db, CorrectionStore corrections, Reissue reissue, LedgerBook ledger, CreditUse credits, AuditTrail audit,
    TimeProvider clock) : IConsumer<VoidInvoice>
{
    public async Task Consume(ConsumeContext<VoidInvoice> context)
    {
        var (asked, cancellationToken, now) = (context.Message, context.CancellationToken, clock.GetUtcNow());
        if (await corrections.OpenAsync(nameof(VoidInvoice), asked.VoidId, asked.InvoiceNumber, asked.Amount,
            new Belief(asked.Currency, asked.InvoiceVersion, asked.AsOf, now).Check, cancellationToken, asked.Reissue)
            is not { } opened)
            return;

        var invoice = opened.Invoice;
        if (invoice.Status == InvoiceStatus.Voided)
            throw new Refusal("InvoiceNumber", invoice.Number, "an invoice that is not voided already").Of(nameof(VoidInvoice));
        var hasCreditNotes = await db.CreditNotes.AnyAsync(note => note.InvoiceId == invoice.InvoiceId, cancellationToken);
        if (VoidDecision.Void(invoice, asked.Amount, opened.Unresolved, hasCreditNotes, opened.Balance.Credit) is { } refusal)
            throw refusal.Of(nameof(VoidInvoice));

        var voided = invoice with { Status = InvoiceStatus.Voided, PaidAt = null, Version = invoice.Version + 1 };
        var posting = Posting.OfVoid(invoice, now);
        await corrections.MarkAsync(Correction.Of(nameof(VoidInvoice), asked.VoidId, invoice.AccountId, invoice.InvoiceId, asked.Amount, now),
            cancellationToken);
        await corrections.WriteAsync(invoice, voided, cancellationToken);
        await ledger.AppendAsync([posting], cancellationToken);
        // What it had taken over from earlier invoices stands on them again.
        await db.Invoices.Where(earlier => earlier.CarriedTo == invoice.InvoiceId && earlier.AccountId == invoice.AccountId)
            .ExecuteUpdateAsync(set => set.SetProperty(earlier => earlier.CarriedTo, (Guid?)null), cancellationToken);
        await corrections.SayOutcomeAsync(invoice, CloseOutcome.Voided, cancellationToken);
        await audit.WriteAsync(audit.Entry(invoice.AccountId, AuditSubject.Invoice, invoice.InvoiceId, "voided", asked.Reason,
            new { invoice.Status, invoice.Total, Open = invoice.Owed, invoice.Version }, new { voided.Status, voided.Version }, asked.RequestedBy),
                cancellationToken);

        await context.Publish(new CollectionEnded(invoice.InvoiceId, invoice.AccountId, "the invoice is voided", LiftHold: true), cancellationToken);
        await context.Publish(new InvoiceVoided
        {
            InvoiceId = invoice.InvoiceId,
            InvoiceNumber = invoice.Number,
            AccountId = invoice.AccountId,
            Period = BillingPeriod.FromNumber(invoice.Period).ToString(),
            Amount = invoice.Total,
            Currency = invoice.Currency,
            Reason = asked.Reason
        }, cancellationToken);
        if (asked.Reissue)
            await reissue.IssueAsync(context, voided, asked.PricesOfToday, asked.Reason, asked.RequestedBy);
        if (posting.CreditChange > 0)       // what the voided invoice had used of it pays others
            await (await credits.SpreadAsync([invoice.AccountId], now, cancellationToken)).TellAsync(context, cancellationToken);
    }
}

/// <summary>Issues another invoice in the place of a voided one.</summary>
sealed class ReissueInvoiceConsumer(CorrectionStore corrections, Reissue reissue, TimeProvider clock) : IConsumer<ReissueInvoice>
{
    public async Task Consume(ConsumeContext<ReissueInvoice> context)
    {
        var (asked, cancellationToken, now) = (context.Message, context.CancellationToken, clock.GetUtcNow());
        if (await corrections.OpenAsync(nameof(ReissueInvoice), asked.ReissueId, asked.InvoiceNumber, 0,
            invoice => new Belief(invoice.Currency, asked.InvoiceVersion, asked.AsOf, now).Check(invoice), cancellationToken, lockAccountToo: true)
            is not { } opened)
            return;

        var invoice = opened.Invoice;
        if (invoice.Status != InvoiceStatus.Voided || invoice.ReplacedBy is not null)
            throw new Refusal("InvoiceNumber", invoice.Number, invoice.ReplacedBy is null ? $"a voided invoice; it is {invoice.Status}"
                : "an invoice in whose place none stands yet").Of(nameof(ReissueInvoice));
        await corrections.MarkAsync(Correction.Of(nameof(ReissueInvoice), asked.ReissueId, invoice.AccountId, invoice.InvoiceId, 0, now),
            cancellationToken);
        await reissue.IssueAsync(context, invoice, asked.PricesOfToday, asked.Reason, asked.RequestedBy);
    }
}

sealed class VoidInvoiceValidator : AbstractValidator<VoidInvoice>
{
    public VoidInvoiceValidator()
    {
        RuleFor(x => x.VoidId).IsId(128);
        RuleFor(x => x.InvoiceNumber).IsId(32);
        RuleFor(x => x.InvoiceVersion).GreaterThan(0).Expected("the version that the invoice had when it was read, from 1");
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.Reason).IsId(400);
        RuleFor(x => x.RequestedBy).IsText(200);
        RuleFor(x => x.PricesOfToday).Must((command, today) => !today || command.Reissue).Expected("false, as no other invoice is asked for");
    }
}

sealed class ReissueInvoiceValidator : AbstractValidator<ReissueInvoice>
{
    public ReissueInvoiceValidator()
    {
        RuleFor(x => x.ReissueId).IsId(128);
        RuleFor(x => x.InvoiceNumber).IsId(32);
        RuleFor(x => x.InvoiceVersion).GreaterThan(0).Expected("the version that the invoice had when it was read, from 1");
        RuleFor(x => x.Reason).IsId(400);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
