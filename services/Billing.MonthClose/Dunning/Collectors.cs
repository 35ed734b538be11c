using Billing.MonthClose.Charging;
using Billing.MonthClose.Invoicing;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Dunning;

/// <summary>Asks the gateway what became of an unknown charge and books the answer exactly as a live one. It never charges.</summary>
sealed class LookForChargeConsumer(MonthCloseDbContext db, IPaymentGateway gateway, ChargeDesk desk) : IConsumer<LookForCharge>
{
    public async Task Consume(ConsumeContext<LookForCharge> context)
    {
        var invoiceId = context.Message.InvoiceId;
        var charge = await db.Charges.AsNoTracking()
            .SingleOrDefaultAsync(charge => charge.InvoiceId == invoiceId && charge.State == ChargeState.Unknown, context.CancellationToken);
        if (charge is null)
            return;     // resolved in the meantime, and said by whoever resolved it

        var answer = await gateway.FindAsync(
            charge.ToGateway(charge.PaymentMethod ?? ""), context.CancellationToken)
            ?? new GatewayAnswer.Declined(ChargeBooking.NeverReached, Hard: false);
        if (answer is GatewayAnswer.Unknown)
            await context.Publish(new StillUnknown(invoiceId), context.CancellationToken);
        else
            await desk.BookAsync([new AnsweredCharge(charge.ChargeId, charge.AccountId, answer)], context.CancellationToken);
    }
}

/// <summary>Charges once more, on the way of every charge: with the balance read again, and nothing done when nothing is owed.</summary>
sealed class RetryChargeConsumer(MonthCloseDbContext db, ChargeDesk desk, TimeProvider clock) : IConsumer<RetryCharge>
{
    public async Task Consume(ConsumeContext<RetryCharge> context)
    {
        var invoice = await db.Invoices.AsNoTracking().SingleAsync(invoice => invoice.InvoiceId == context.Message.InvoiceId, context.CancellationToken);
        var leftBehind = await db.Charges.AnyAsync(charge => charge.InvoiceId == invoice.InvoiceId && charge.State == ChargeState.Pending, context.CancellationToken);
        if (invoice.Open <= 0 && !leftBehind)
        {
            if (invoice.Status is InvoiceStatus.Voided or InvoiceStatus.WrittenOff)
                await context.Publish(new CollectionEnded(invoice.InvoiceId, invoice.AccountId, $"the invoice is {invoice.Status}", LiftHold: false), context.CancellationToken);
            else
                await context.Publish(new InvoiceSettled(invoice.InvoiceId, CarriedOver: invoice.Status == InvoiceStatus.CarriedForward), context.CancellationToken);
            return;
        }

        var expected = new ExpectedCharge(invoice.InvoiceId, invoice.AccountId, invoice.Open, invoice.Currency, invoice.Version, clock.GetUtcNow());
        await desk.ChargeAsync(invoice.RunId, [expected], context.Message, context.CancellationToken);
    }
}
