using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Gateway;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>Asks the gateway what became of an unknown charge and books the answer exactly as a live one. It never charges.</summary>
sealed class LookForChargeConsumer(
    MonthCloseDbContext db, IPaymentGateway gateway, ChargeExecutor charges, IOptions<GatewayOptions> options, TimeProvider clock)
    : IConsumer<LookForCharge>
{
    public async Task Consume(ConsumeContext<LookForCharge> context)
    {
        var chargeId = context.Message.ChargeId;
        var charge = await db.Charges.AsNoTracking().SingleAsync(charge => charge.ChargeId == chargeId, context.CancellationToken);
        if (charge.State != ChargeState.Unknown)
        {
            // Resolved in the meantime. Whoever resolved it said so too, but a question never ends without an answer.
            await context.Publish(new ChargeResolved(charge.ChargeId, charge.InvoiceId, charge.AccountId), context.CancellationToken);
            return;
        }

        var asked = clock.GetUtcNow();
        var found = await gateway.FindAsync(charge.ToGateway(charge.PaymentMethod ?? ""), context.CancellationToken);
        var answer = found ?? (charge.IsOverAt(asked, options.Value.NotFoundIsBelievedAfter)
            ? new GatewayAnswer.NeverReached("the gateway never heard of it")
            : new GatewayAnswer.Unknown("the gateway knows of no such payment, but it may still be on its way"));
        var answered = new AnsweredCharge(charge.ChargeId, charge.AccountId, answer)
        {
            Calls = [GatewayCall.Of(GatewayCallKind.Look, charge, found, asked, clock.GetUtcNow())]
        };
        await (answer is GatewayAnswer.Unknown
            ? charges.RecordAsync(answered.Calls, context.CancellationToken)
            : charges.BookAsync([answered], context.CancellationToken));
        if (answer is GatewayAnswer.Unknown or GatewayAnswer.KeyMisused)
            await context.Publish(new StillUnknown(chargeId), context.CancellationToken);
    }
}
