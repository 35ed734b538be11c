using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Gateway;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>Asks the gateway what became of an unknown charge and books the answer exactly as a live one. It never charges.</summary>
sealed class LookForChargeConsumer(MonthCloseDbContext db, IPaymentGateway gateway, ChargeExecutor desk, IOptions<GatewayOptions> options, TimeProvider clock)
    : IConsumer<LookForCharge>
{
    public async Task Consume(ConsumeContext<LookForCharge> context)
    {
        var invoiceId = context.Message.InvoiceId;
        var charge = await db.Charges.AsNoTracking()
            .SingleOrDefaultAsync(charge => charge.InvoiceId == invoiceId && charge.State == ChargeState.Unknown, context.CancellationToken);
        if (charge is null)
            return;     // resolved in the meantime, and said by whoever resolved it

        var asked = clock.GetUtcNow();
        var found = await gateway.FindAsync(charge.ToGateway(charge.PaymentMethod ?? ""), context.CancellationToken);
        var answer = found ?? (charge.IsOverAt(asked, options.Value.NotFoundIsBelievedAfter)
            ? new GatewayAnswer.NeverReached("the gateway never heard of it")
            : new GatewayAnswer.Unknown("the gateway knows of no such payment, but it may still be on its way"));
        var answered = new AnsweredCharge(charge.ChargeId, charge.AccountId,
            answer)
        { Calls = [GatewayCall.Of(GatewayCallKind.Look, charge, found, asked, clock.GetUtcNow())] };
        await (answer is GatewayAnswer.Unknown ? desk.RecordAsync(answered.Calls, context.CancellationToken)
            : desk.BookAsync([answered], context.CancellationToken));
        if (answer is GatewayAnswer.Unknown or GatewayAnswer.KeyMisused)
            await context.Publish(new StillUnknown(invoiceId), context.CancellationToken);
    }
}

/// <summary>Charges once more, on the way of every charge: with the balance read again, and nothing done when nothing is owed.</summary>
sealed class RetryChargeConsumer(MonthCloseDbContext db, ChargeExecutor desk, TimeProvider clock) : IConsumer<RetryCharge>
{
    public async Task Consume(ConsumeContext<RetryCharge> context)
    {
        var invoice = await db.Invoices.AsNoTracking().SingleAsync(invoice => invoice.InvoiceId == context.Message.InvoiceId, context.CancellationToken);
        var leftBehind = await db.Charges.AnyAsync(charge => charge.InvoiceId == invoice.InvoiceId && charge.State == ChargeState.Pending,
            context.CancellationToken);
        if (invoice.Open <= 0 && !leftBehind)
        {
            object news = invoice.Status is InvoiceStatus.Voided or InvoiceStatus.WrittenOff
                ? new CollectionEnded(invoice.InvoiceId, invoice.AccountId, $"the invoice is {invoice.Status}", LiftHold: false)
                : new InvoiceSettled(invoice.InvoiceId, CarriedOver: invoice.Status == InvoiceStatus.CarriedForward);
            await context.Publish(news, context.CancellationToken);
            return;
        }

        var expected = new ExpectedCharge(invoice.InvoiceId, invoice.AccountId, invoice.Open, invoice.Currency, invoice.Version, clock.GetUtcNow());
        await desk.ChargeAsync(invoice.RunId, [expected], context.Message, context.CancellationToken);
    }
}
