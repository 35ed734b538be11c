using System.Text;
using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Correct.Refunding;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.MonthClose.Collect.Webhooks;

/// <summary>
/// Books what an event says, exactly as a live answer, and only ever forwards. That the money was taken is believed at once, it does not change any
/// more. That it was refused is asked for again: events come late and out of order, and a failure that is none would charge the customer twice.
/// </summary>
sealed class HandleGatewayEventConsumer(
    MonthCloseDbContext db, IPaymentGateway gateway, ChargeExecutor charges, Transactions<MonthCloseDbContext> transactions, TimeProvider clock)
    : IConsumer<HandleGatewayEvent>
{
    public async Task Consume(ConsumeContext<HandleGatewayEvent> context)
    {
        var cancellationToken = context.CancellationToken;
        var told = await db.GatewayEvents.AsNoTracking().SingleOrDefaultAsync(one => one.EventId == context.Message.EventId, cancellationToken);
        if (told is not { State: GatewayEventState.Received })
            return;
        var (state, note) = await HandleAsync(told, cancellationToken);
        await db.GatewayEvents.Where(one => one.EventId == told.EventId)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.State, state).SetProperty(one => one.Note, note), cancellationToken);
    }

    async Task<(GatewayEventState State, string Note)> HandleAsync(GatewayEvent told, CancellationToken cancellationToken)
    {
        if (told.Type.StartsWith("charge.dispute.", StringComparison.Ordinal) || told.Type is "charge.refunded" or "refund.created" or "refund.updated")
            return await BookMoneyBackAsync(told, cancellationToken);
        if (told.Type is not ("payment_intent.succeeded" or "payment_intent.payment_failed" or "payment_intent.canceled"))
            return (GatewayEventState.Ignored, "nothing is booked from events of this type");
        var charge = told.ChargeId is { } id ? await db.Charges.AsNoTracking().SingleOrDefaultAsync(charge => charge.ChargeId == id, cancellationToken) : null;
        if (charge is null)
            return (GatewayEventState.Ignored, "it names no charge of ours");
        var happened = told.Type == "payment_intent.succeeded";
        if (charge.State == ChargeState.Succeeded || (charge.State is ChargeState.Failed or ChargeState.Skipped && !happened))
            return (GatewayEventState.Handled, $"the charge was {charge.State} before");

        var asked = clock.GetUtcNow();
        var ours = charge.ToGateway(charge.PaymentMethod ?? "");
        var (kind, answer) = happened
            ? (GatewayCallKind.Webhook, StripeEvent.Read(Encoding.UTF8.GetBytes(told.Body))?.Payment is { } payment
                ? StripeAnswers.OfPayment(payment, ours) : null)
            : (GatewayCallKind.Look, await gateway.FindAsync(ours, cancellationToken));
        // The gateway does not say so itself: the janitor asks again.
        if (answer is null or GatewayAnswer.Unknown)
            return (GatewayEventState.Handled, "the gateway does not confirm it yet; it is asked again");
        await charges.BookAsync([new AnsweredCharge(charge.ChargeId, charge.AccountId,
            answer) { Calls = [GatewayCall.Of(kind, charge, answer, asked, clock.GetUtcNow())] }], cancellationToken);
        return (GatewayEventState.Handled, $"booked as {answer.GetType().Name}");
    }

    /// <summary>
    /// Money went back, or came again. The event is only the reason to ask: what the gateway has now is booked, so late and repeated events do no harm.
    /// </summary>
    async Task<(GatewayEventState State, string Note)> BookMoneyBackAsync(GatewayEvent told, CancellationToken cancellationToken)
    {
        var payment = StripeEvent.Read(Encoding.UTF8.GetBytes(told.Body))?.PaymentReference;
        var chargeId = payment is null ? null : await db.Charges.Where(charge => charge.GatewayReference == payment && charge.State == ChargeState.Succeeded)
            .Select(charge => (Guid?)charge.ChargeId).SingleOrDefaultAsync(cancellationToken);
        if (chargeId is not { } ours)
            return (GatewayEventState.Ignored, "it names no payment of ours");
        if (await gateway.FindMoneyBackAsync(payment!, cancellationToken) is not { } back)
            return (GatewayEventState.Handled, "the gateway does not say more now; the reconciliation asks it again");
        var booked = await transactions.RunAsync(services =>
            services.GetRequiredService<MoneyBackBooking>().BookAsync(ours, back, cancellationToken), cancellationToken);
        return (GatewayEventState.Handled, (booked.Count == 0 ? "it was booked before" : $"booked: {string.Join("; ", booked)}").ShortenedTo(400));
    }
}
