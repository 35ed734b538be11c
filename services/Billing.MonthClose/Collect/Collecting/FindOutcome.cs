using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Correct.Refunding;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>A person wants the gateway asked again. It never charges; what is known already stays as it is.</summary>
sealed class FindChargeOutcomeConsumer(MonthCloseDbContext db) : IConsumer<FindChargeOutcome>
{
    public async Task Consume(ConsumeContext<FindChargeOutcome> context)
    {
        var invoiceId = context.Message.InvoiceId;
        if (!await db.Invoices.AnyAsync(invoice => invoice.InvoiceId == invoiceId, context.CancellationToken))
            throw CommandRejected.Because(nameof(FindChargeOutcome), nameof(FindChargeOutcome.InvoiceId), $"{invoiceId}", "the id of an invoice");
        var unknown = await db.Charges.Where(charge => charge.InvoiceId == invoiceId && charge.State == ChargeState.Unknown)
            .Select(charge => charge.ChargeId).ToListAsync(context.CancellationToken);
        foreach (var chargeId in unknown)
        {
            await context.Publish(new LookForCharge(chargeId), context.CancellationToken);
            CommandOutcome.Changed("charge", $"{chargeId}", "looked for");
        }

        // A refund that nobody knows of keeps its charge from every other: it is looked for like a charge, from the first look on.
        var refunds = await db.Refunds.Where(refund => refund.InvoiceId == invoiceId && refund.State == RefundState.Unknown)
            .Select(refund => refund.RefundId).ToListAsync(context.CancellationToken);
        foreach (var refundId in refunds)
        {
            await context.Publish(new LookForRefund(refundId, 1), context.CancellationToken);
            CommandOutcome.Changed("refund", $"{refundId}", "looked for");
        }

        CommandOutcome.Unchanged("what became of every charge and refund of the invoice is known");
    }
}

sealed class FindChargeOutcomeValidator : AbstractValidator<FindChargeOutcome>
{
    public FindChargeOutcomeValidator()
    {
        RuleFor(x => x.InvoiceId).NotEmpty().Expected("the id of an invoice");
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
