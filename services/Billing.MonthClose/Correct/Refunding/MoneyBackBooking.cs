using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Identity;
using Billing.MonthClose.Books.Alerting;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Gateway;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Correct.Refunding;

/// <summary>
/// Books money of a charge that went back without us: a refund that a person made at the gateway, and what the customer's bank took back. The invoice
/// stays as it is; what it means for the customer, a person says by a credit note with <c>outside</c>, or by a write-off. It may be asked as often as one
/// likes: each is booked once.
/// </summary>
sealed class MoneyBackBooking(MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, IPublishEndpoint bus, AuditTrail audit, Alerts alerts,
    TimeProvider clock)
{
    /// <param name="chargeId">A charge that succeeded. Its account's lock is taken here.</param>
    /// <param name="told">All that the gateway says of its payment.</param>
    /// <param name="cancellationToken">Of the caller's transaction.</param>
    /// <returns>What was booked, in words; nothing when everything was known.</returns>
    public async Task<IReadOnlyList<string>> BookAsync(Guid chargeId, MoneyBack told, CancellationToken cancellationToken)
    {
        var accountId = await db.Charges.Where(charge => charge.ChargeId == chargeId).Select(charge => charge.AccountId).SingleAsync(cancellationToken);
        await ledger.LockAsync([accountId], cancellationToken);
        var charge = await db.Charges.AsNoTracking().SingleAsync(charge => charge.ChargeId == chargeId, cancellationToken);
        var booked = new List<string>();
        if (charge.State != ChargeState.Succeeded)
            return booked;
        foreach (var refund in await UnknownAsync(charge, told.Refunds, cancellationToken))
        {
            // Not more than the charge took: that would be other money, and a person says what it is.
            if (refund.Currency != charge.Currency || refund.Amount <= 0 || refund.Amount > charge.Refundable)
                continue;
            charge = await BookAsync(charge, refund, cancellationToken);
            booked.Add($"{refund.Reference} gave {Currencies.Text(refund.Amount, refund.Currency)} back");
        }

        foreach (var dispute in told.Disputes.Where(dispute => dispute.Currency == charge.Currency && dispute.Amount > 0))
            if (await BookAsync(charge, dispute, cancellationToken) is { } said)
                booked.Add(said);
        return booked;
    }

    /// <inheritdoc cref="BookAsync(Guid, MoneyBack, CancellationToken)"/>
    /// <returns>What was booked, in one sentence; null when everything was known.</returns>
    public async Task<string?> BookInWordsAsync(Guid chargeId, MoneyBack told, CancellationToken cancellationToken) =>
        await BookAsync(chargeId, told, cancellationToken) is { Count: > 0 } booked ? $"booked: {string.Join("; ", booked)}" : null;

    /// <summary>Those that no refund here stands for. One of ours that waits for its answer gets it on its own way.</summary>
    async Task<List<MadeRefund>> UnknownAsync(Charge charge, IReadOnlyList<MadeRefund> told, CancellationToken cancellationToken)
    {
        var ours = await db.Refunds.Where(refund => refund.ChargeId == charge.ChargeId).Select(refund => new { refund.RefundId, refund.GatewayReference })
            .ToListAsync(cancellationToken);
        return [.. told.Where(refund => !ours.Exists(one => one.RefundId == refund.RefundId || one.GatewayReference == refund.Reference))];
    }

    async Task<Charge> BookAsync(Charge charge, MadeRefund made, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var refund = new Refund
        {
            RefundId = DeterministicGuid.Of($"refund-at-gateway:{made.Reference}"),
            SenderId = $"gateway:{made.Reference}",
            ChargeId = charge.ChargeId,
            InvoiceId = charge.InvoiceId,
            AccountId = charge.AccountId,
            Amount = made.Amount,
            Currency = made.Currency,
            Reason = "made at the gateway",
            State = RefundState.Succeeded,
            ChargeReference = charge.GatewayReference ?? "",
            GatewayReference = made.Reference,
            CreatedAt = now,
            AnsweredAt = now
        };
        var after = charge with { Refunded = charge.Refunded + made.Amount };
        await bulk.InsertAsync(db, [refund], cancellationToken);
        await bulk.UpdateAsync(db, [after], x => new { x.Refunded }, cancellationToken);
        await ledger.AppendAsync([Posting.OfRefundAtGateway(refund, now)], cancellationToken);
        await audit.WriteAsync(audit.Entry(refund.AccountId, AuditSubject.Refund, refund.RefundId, "found at the gateway", refund.Reason,
            after: new { refund.State, refund.ChargeId, refund.Amount, refund.Currency, refund.GatewayReference }), cancellationToken);
        await bus.Publish(refund.ToRefunded(), cancellationToken);
        return after;
    }

    /// <returns>What changed; null when it was known.</returns>
    async Task<string?> BookAsync(Charge charge, MadeDispute made, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var known = await db.Disputes.AsNoTracking().SingleOrDefaultAsync(dispute => dispute.DisputeId == made.Reference, cancellationToken);
        if (known is null ? !made.IsMoneyGone : made.IsMoneyGone || known.State == DisputeState.Reinstated)
            return null;
        var dispute = known is null ? ToDispute(charge, made, now) : known with { State = DisputeState.Reinstated, ReinstatedAt = now };
        if (known is null)
            await bulk.InsertAsync(db, [dispute], cancellationToken);
        else
            await bulk.UpdateAsync(db, [dispute], x => new { x.State, x.ReinstatedAt }, cancellationToken);
        await ledger.AppendAsync([Posting.Of(dispute, now)], cancellationToken);
        await audit.WriteAsync(audit.Entry(dispute.AccountId, AuditSubject.Refund, dispute.DisputeId, $"dispute {dispute.State}", null,
            known is null ? null : new { known.State }, new { dispute.State, dispute.ChargeId, dispute.Amount, dispute.Currency }), cancellationToken);
        await bus.Publish(new PaymentDisputed
        {
            DisputeId = dispute.DisputeId,
            ChargeId = dispute.ChargeId,
            InvoiceId = dispute.InvoiceId,
            AccountId = dispute.AccountId,
            Amount = dispute.Amount,
            Currency = dispute.Currency,
            State = dispute.State.ToString()
        }, cancellationToken);
        var amount = Currencies.Text(dispute.Amount, dispute.Currency);
        if (made.IsMoneyGone)
            await alerts.RaiseAsync(AlertCode.PaymentDisputed, dispute.DisputeId, $"The customer's bank took {amount} of charge {charge.ChargeId} back "
                + $"({dispute.DisputeId}). Answer it at the gateway; when it is lost, correct or write off the invoice.", dispute.AccountId, dispute.InvoiceId,
                cancellationToken);
        return made.IsMoneyGone ? $"{dispute.DisputeId} took {amount} back" : $"{dispute.DisputeId} gave {amount} again";
    }

    static Dispute ToDispute(Charge charge, MadeDispute made, DateTimeOffset now) => new()
    {
        DisputeId = made.Reference,
        ChargeId = charge.ChargeId,
        InvoiceId = charge.InvoiceId,
        AccountId = charge.AccountId,
        Amount = made.Amount,
        Currency = made.Currency,
        State = DisputeState.Withdrawn,
        BookedAt = now
    };
}
