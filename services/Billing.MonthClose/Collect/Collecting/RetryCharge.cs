using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Close.Charging;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>Charges once more, on the way of every charge: with the balance read again, and nothing done when nothing is owed.</summary>
sealed class RetryChargeConsumer(MonthCloseDbContext db, ChargeExecutor charges, TimeProvider clock) : IConsumer<RetryCharge>
{
    public async Task Consume(ConsumeContext<RetryCharge> context)
    {
        var invoice = await db.Invoices.AsNoTracking().SingleAsync(invoice => invoice.InvoiceId == context.Message.InvoiceId, context.CancellationToken);
        var leftBehind = await db.Charges.AnyAsync(
            charge => charge.InvoiceId == invoice.InvoiceId && charge.State == ChargeState.Pending, context.CancellationToken);
        if (invoice.Open <= 0 && !leftBehind)
        {
            object news = invoice.Status is InvoiceStatus.Voided or InvoiceStatus.WrittenOff
                ? new CollectionEnded(invoice.InvoiceId, invoice.AccountId, $"the invoice is {invoice.Status}", LiftHold: false)
                : new InvoiceCleared(invoice.InvoiceId, invoice.AccountId, CarriedOver: invoice.Status == InvoiceStatus.CarriedForward);
            await context.Publish(news, context.CancellationToken);
            return;
        }

        var expected = context.Message.Believed
            ?? new ExpectedCharge(invoice.InvoiceId, invoice.AccountId, invoice.Open, invoice.Currency, invoice.Version, clock.GetUtcNow());
        await charges.ChargeAsync(invoice.RunId, [expected], context.Message, context.CancellationToken);
    }
}
