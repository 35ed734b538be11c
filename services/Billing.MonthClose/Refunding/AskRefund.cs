using Billing.MonthClose.Charging;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.MonthClose.Refunding;

/// <summary>
/// Asks the gateway for a refund while no lock is held. That it is about to be asked is written first: who comes after a crash asks what became of
/// the refund before he asks for it, for the gateway may have forgotten the key.
/// </summary>
sealed class AskRefundConsumer(IServiceScopeFactory scopes, IPaymentGateway gateway, TimeProvider clock) : IConsumer<AskRefund>
{
    public async Task Consume(ConsumeContext<AskRefund> context)
    {
        var (refundId, cancellationToken, now) = (context.Message.RefundId, context.CancellationToken, clock.GetUtcNow());
        var (refund, isFirst) = await scopes.InTransactionAsync(async services =>
        {
            var db = services.GetRequiredService<MonthCloseDbContext>();
            var marked = await db.Refunds.Where(refund => refund.RefundId == refundId && refund.State == RefundState.Pending && refund.AskedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(refund => refund.AskedAt, now), cancellationToken);
            return (await db.Refunds.AsNoTracking().SingleAsync(refund => refund.RefundId == refundId, cancellationToken), marked == 1);
        }, cancellationToken);
        if (refund.State != RefundState.Pending)
            return;

        var answer = !isFirst && await gateway.FindRefundAsync(refund.ToGateway(), cancellationToken) is { } known
            ? known
            : await gateway.RefundAsync(refund.ToGateway(), cancellationToken);
        await scopes.BookRefundAsync(refundId, answer, look: 0, cancellationToken);
    }
}

/// <summary>Asks the gateway, by our own id, what became of an unknown refund, and books the answer exactly as a live one. It never refunds.</summary>
sealed class LookForRefundConsumer(MonthCloseDbContext db, IServiceScopeFactory scopes, IPaymentGateway gateway) : IConsumer<LookForRefund>
{
    /// <summary>The gateway never heard of it, so no money moved: the customer keeps it as credit, and a person may refund it under a new id.</summary>
    const string NeverReached = "never_reached_gateway";

    public async Task Consume(ConsumeContext<LookForRefund> context)
    {
        var (asked, cancellationToken) = (context.Message, context.CancellationToken);
        var refund = await db.Refunds.AsNoTracking().SingleAsync(refund => refund.RefundId == asked.RefundId, cancellationToken);
        if (refund.State != RefundState.Unknown)
            return;
        var answer = await gateway.FindRefundAsync(refund.ToGateway(), cancellationToken) ?? new GatewayAnswer.Declined(NeverReached, Hard: true);
        await scopes.BookRefundAsync(refund.RefundId, answer, asked.Look, cancellationToken);
    }
}

static class RefundScopes
{
    public static Task BookRefundAsync(this IServiceScopeFactory scopes, Guid refundId, GatewayAnswer answer, int look, CancellationToken cancellationToken) =>
        scopes.InTransactionAsync(async services =>
        {
            await services.GetRequiredService<RefundBooking>().BookAsync(refundId, answer, look, cancellationToken);
            return true;
        }, cancellationToken);
}
