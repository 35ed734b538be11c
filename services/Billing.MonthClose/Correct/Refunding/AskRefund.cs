using Billing.Hosting.Restoring;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Gateway;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.MonthClose.Correct.Refunding;

/// <summary>
/// Asks the gateway for a refund while no lock is held. That it is about to be asked is written first: who comes after a crash asks what became of
/// the refund before he asks for it, for the gateway may have forgotten the key.
/// </summary>
sealed class AskRefundConsumer(
    Transactions<MonthCloseDbContext> transactions, Restorations<MonthCloseDbContext> restorations, IPaymentGateway gateway, TimeProvider clock)
    : IConsumer<AskRefund>
{
    public async Task Consume(ConsumeContext<AskRefund> context)
    {
        var (refundId, cancellationToken, now) = (context.Message.RefundId, context.CancellationToken, clock.GetUtcNow());
        // Books that were brought back may have forgotten that it was asked for: it is looked for first, and while nobody has released them, it waits.
        var restored = await restorations.LastAsync(cancellationToken);
        if (restored is { ReleasedAt: null })
            return;
        var (refund, isFirst) = await transactions.RunAsync(async services =>
        {
            var db = services.GetRequiredService<MonthCloseDbContext>();
            var marked = await db.Refunds.Where(refund => refund.RefundId == refundId && refund.State == RefundState.Pending && refund.AskedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(refund => refund.AskedAt, now), cancellationToken);
            return (await db.Refunds.AsNoTracking().SingleAsync(refund => refund.RefundId == refundId, cancellationToken), marked == 1);
        }, cancellationToken);
        if (refund.State != RefundState.Pending)
            return;

        var calls = new List<GatewayCall>();
        var answer = isFirst && restored is null ? null
            : await OnRecordAsync(GatewayCallKind.RefundLook, () => gateway.FindRefundAsync(refund.ToGateway(), cancellationToken));
        answer ??= await OnRecordAsync(GatewayCallKind.Refund, async () => await gateway.RefundAsync(refund.ToGateway(), cancellationToken));
        await transactions.BookRefundAsync(refundId, answer!, context.Message.Look, calls, cancellationToken);

        async Task<GatewayAnswer?> OnRecordAsync(GatewayCallKind kind, Func<Task<GatewayAnswer?>> ask)
        {
            var asked = clock.GetUtcNow();
            var heard = await ask();
            calls.Add(GatewayCall.Of(kind, refund, heard, asked, clock.GetUtcNow()));
            return heard;
        }
    }
}

/// <summary>
/// Asks the gateway, by our own id, what became of an unknown refund, and books the answer exactly as a live one. It never refunds; one that the
/// gateway never heard of is asked for again, under its own id.
/// </summary>
sealed class LookForRefundConsumer(
    MonthCloseDbContext db, Transactions<MonthCloseDbContext> transactions, IPaymentGateway gateway, TimeProvider clock) : IConsumer<LookForRefund>
{
    public async Task Consume(ConsumeContext<LookForRefund> context)
    {
        var (looked, cancellationToken) = (context.Message, context.CancellationToken);
        var refund = await db.Refunds.AsNoTracking().SingleAsync(refund => refund.RefundId == looked.RefundId, cancellationToken);
        if (refund.State != RefundState.Unknown)
            return;
        var asked = clock.GetUtcNow();
        var found = await gateway.FindRefundAsync(refund.ToGateway(), cancellationToken);
        await transactions.BookRefundAsync(refund.RefundId, found ?? new GatewayAnswer.NeverReached("the gateway never heard of it"), looked.Look,
            [GatewayCall.Of(GatewayCallKind.RefundLook, refund, found, asked, clock.GetUtcNow())], cancellationToken);
    }
}

static class RefundScopes
{
    public static Task BookRefundAsync(
        this Transactions<MonthCloseDbContext> transactions, Guid refundId, GatewayAnswer answer, int look, IReadOnlyCollection<GatewayCall> calls,
            CancellationToken cancellationToken) =>
        transactions.RunAsync(async services =>
        {
            await services.GetRequiredService<RefundBooking>().BookAsync(refundId, answer, look, cancellationToken);
            await services.GetRequiredService<GatewayCalls>().RecordAsync(calls, cancellationToken);
            return true;
        }, cancellationToken);
}
