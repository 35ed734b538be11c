using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Gateway;
using Billing.Outbox;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Correct.Refunding;

/// <summary>Books what the gateway answered to a refund, whoever asked. One that is resolved already is passed over, so every answer may come twice.</summary>
sealed class RefundBooking(
    MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, IPublishEndpoint bus, IDueMessages due, AuditTrail audit, IOptions<GatewayOptions> gateway,
        TimeProvider clock)
{
    /// <summary>The gateway never heard of it, so no money moved: the customer keeps it as credit, and a person may refund it under a new id.</summary>
    const string NeverReached = "never_reached_gateway";

    /// <param name="look">How many looks for it were taken, this one included if it is one.</param>
    public async Task BookAsync(Guid refundId, GatewayAnswer answer, int look, CancellationToken cancellationToken)
    {
        var accountId = await db.Refunds.Where(refund => refund.RefundId == refundId).Select(refund => refund.AccountId).SingleAsync(cancellationToken);
        await ledger.LockAsync([accountId], cancellationToken);
        var refund = await db.Refunds.AsNoTracking().SingleAsync(refund => refund.RefundId == refundId, cancellationToken);
        if (!refund.IsOpen)
            return;
        await (answer switch
        {
            GatewayAnswer.Succeeded succeeded => SucceedAsync(refund, succeeded.Reference, cancellationToken),
            GatewayAnswer.Declined declined => FailAsync(refund, declined.Code, cancellationToken),
            GatewayAnswer.Misused refused => FailAsync(refund, refused.Code, cancellationToken),
            GatewayAnswer.NeverReached when refund.State == RefundState.Unknown => AskAgainAsync(refund, look, cancellationToken),
            _ => AwaitAsync(refund, look, cancellationToken)
        });
    }

    async Task SucceedAsync(Refund refund, string reference, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var given = refund with { State = RefundState.Succeeded, GatewayReference = reference, AnsweredAt = now };
        await WriteAsync(refund, given, cancellationToken);
        await ledger.AppendAsync([Posting.OfPaid(refund, now)], cancellationToken);
        await bus.Publish(given.ToRefunded(), cancellationToken);
        await bus.Publish(new TellOfRefund(refund.RefundId), cancellationToken);
    }

    /// <summary>The money that was promised must be somewhere where the customer can use it: it becomes his credit, and the event says so.</summary>
    async Task FailAsync(Refund refund, string code, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await WriteAsync(refund, refund with { State = RefundState.Failed, Code = code, AnsweredAt = now }, cancellationToken);
        // A second capture is no part of what the charge is booked with.
        await db.Charges.Where(charge => charge.ChargeId == refund.ChargeId && charge.GatewayReference == refund.ChargeReference)
            .ExecuteUpdateAsync(set => set.SetProperty(charge => charge.Refunded, charge => charge.Refunded - refund.Amount), cancellationToken);
        await ledger.AppendAsync([Posting.OfFailed(refund, now)], cancellationToken);
        await bus.Publish(new PaymentRefundFailed
        {
            RefundId = refund.SenderId,
            ChargeId = refund.ChargeId,
            InvoiceId = refund.InvoiceId,
            AccountId = refund.AccountId,
            Amount = refund.Amount,
            Currency = refund.Currency,
            Code = code
        }, cancellationToken);
    }

    /// <summary>An outage must not cost the customer his refund: it is asked for again, as often as there are looks, and only then becomes credit.</summary>
    async Task AskAgainAsync(Refund refund, int look, CancellationToken cancellationToken)
    {
        if (look >= gateway.Value.Looks.Count)
        {
            await FailAsync(refund, NeverReached, cancellationToken);
            return;
        }

        await WriteAsync(refund, refund with { State = RefundState.Pending, AskedAt = clock.GetUtcNow() }, cancellationToken);
        await bus.Publish(new AskRefund(refund.RefundId, look), cancellationToken);
    }

    /// <summary>Nobody knows yet: the gateway is asked again on the days of an unknown charge; after the last of them, a person has to.</summary>
    async Task AwaitAsync(Refund refund, int look, CancellationToken cancellationToken)
    {
        var looks = gateway.Value.Looks;
        DateTimeOffset? next = look < looks.Count ? clock.GetUtcNow() + looks[look] : null;
        if (next is { } at)
            await due.PublishAsync(at, new LookForRefund(refund.RefundId, look + 1), cancellationToken);
        if (refund.State == RefundState.Pending)
            await WriteAsync(refund, refund with { State = RefundState.Unknown }, cancellationToken);
        else if (next is null)
            await audit.WriteAsync(audit.Entry(refund.AccountId, AuditSubject.Refund, refund.RefundId, "unresolved",
                $"the gateway could not say within {looks.Count} looks: a person has to ask it"), cancellationToken);
        if (refund.State == RefundState.Pending || next is null)
            await bus.Publish(new PaymentRefundUnknown
            {
                RefundId = refund.SenderId,
                ChargeId = refund.ChargeId,
                InvoiceId = refund.InvoiceId,
                AccountId = refund.AccountId,
                Amount = refund.Amount,
                Currency = refund.Currency,
                AskedAgainAt = next
            }, cancellationToken);
    }

    async Task WriteAsync(Refund before, Refund after, CancellationToken cancellationToken)
    {
        await bulk.UpdateAsync(db, [after], x => new { x.State, x.Code, x.GatewayReference, x.AskedAt, x.AnsweredAt }, cancellationToken);
        await audit.WriteAsync(audit.Entry(after.AccountId, AuditSubject.Refund, after.RefundId, after.State.ToString().ToLowerInvariant(), after.Code,
            new { before.State }, new { after.State, after.SenderId, after.Amount, after.Currency, after.GatewayReference }), cancellationToken);
    }
}

static class RefundEvents
{
    /// <param name="refund">One that succeeded.</param>
    public static PaymentRefunded ToRefunded(this Refund refund) => new()
    {
        RefundId = refund.SenderId,
        ChargeId = refund.ChargeId,
        InvoiceId = refund.InvoiceId,
        AccountId = refund.AccountId,
        Amount = refund.Amount,
        Currency = refund.Currency,
        GatewayReference = refund.GatewayReference!
    };
}
