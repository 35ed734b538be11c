using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Correct.Refunding;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling.Checks;

/// <summary>A refund beside what the gateway says of it; one of the two may be missing.</summary>
/// <param name="Charge">The charge that is given back; null when it is not here.</param>
sealed record RefundPair(Refund? Ours, Refunded? Theirs, Charge? Charge);

/// <summary>Holds what the gateway gave back against the refunds here. There are few of them.</summary>
abstract class RefundCheck(string driftClass, MonthCloseDbContext db) : DriftCheck(driftClass)
{
    public override bool NeedsGateway => true;

    protected MonthCloseDbContext Db => db;

    protected abstract Difference? Compare(RefundPair pair, Scope scope);

    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var ours = await db.RefundsOf(scope).ToDictionaryAsync(refund => refund.RefundId, cancellationToken);
        var charges = await ChargesAsync(scope, cancellationToken);
        var theirs = scope.Gateway!.Refunds.Select(refund => new RefundPair(
            ours.GetValueOrDefault(refund.RefundId ?? Guid.Empty) ?? ours.Values.FirstOrDefault(one => one.GatewayReference == refund.Id), refund,
                charges.GetValueOrDefault(refund.PaymentId)))
            .Where(pair => scope.AccountId is null || (pair.Ours?.AccountId ?? pair.Charge?.AccountId) == scope.AccountId).ToList();
        var known = theirs.Select(pair => pair.Ours?.RefundId).ToHashSet();
        return [.. theirs.Concat(ours.Values.Where(refund => !known.Contains(refund.RefundId)).Select(refund => new RefundPair(refund, null, null)))
            .Select(pair => Compare(pair, scope)).OfType<Difference>().Take(scope.Most)];
    }

    /// <summary>By the gateway's id of the payment.</summary>
    async Task<Dictionary<string, Charge>> ChargesAsync(Scope scope, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Charge>(StringComparer.Ordinal);
        foreach (var some in scope.Gateway!.Refunds.Select(refund => refund.PaymentId).Distinct().Chunk(1000))
            foreach (var charge in await db.ChargesOf(scope).Where(charge => charge.State == ChargeState.Succeeded && some.Contains(charge.GatewayReference!))
                .ToListAsync(cancellationToken))
                found.TryAdd(charge.GatewayReference!, charge);
        return found;
    }

    protected static string Text(Refunded refund) => $"{refund.Id} gave back {refund.Amount} {refund.Currency} (minor units) of "
        + $"{refund.PaymentId}";
}

sealed class RefundNotBooked(MonthCloseDbContext db, RefundBooking booking, MoneyBackBooking moneyBack) : RefundCheck(DriftClass.RefundNotBooked, db)
{
    protected override Difference? Compare(RefundPair pair, Scope scope) => pair switch
    {
        { Theirs: null or { IsGiven: false } } or { Ours.State: RefundState.Succeeded } => null,
        { Ours: { } ours } when (ours.AskedAt ?? ours.CreatedAt) >= scope.Before => null,        // its answer is on its way
        { Ours: { } ours } => Found(ours.AccountId, pair.Theirs.Id, $"{Text(pair.Theirs)}, but refund {ours.RefundId} is {ours.State}", ours.InvoiceId,
            ours.ChargeId),
        { Charge: { } charge } => Found(charge.AccountId, pair.Theirs.Id, $"{Text(pair.Theirs)}, and no refund of that is here", charge.InvoiceId,
            charge.ChargeId),
        _ => null       // of a payment that is not here either: that is a drift of its own
    };

    /// <summary>
    /// Where the refund still waits for its answer, and where a person made it at the gateway. Where it was turned into credit, a person says whose loss it
    /// is.
    /// </summary>
    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        var given = scope.Gateway!.Refunds.First(refund => refund.Id == drift.Subject);
        if (given.RefundId is null && drift.ChargeId is { } chargeId)
            return await moneyBack.BookInWordsAsync(chargeId, scope.Gateway.BackOf(given.PaymentId), cancellationToken);
        if (given.RefundId is not { } refundId || !await Db.Refunds.AnyAsync(refund => refund.RefundId == refundId
            && (refund.State == RefundState.Pending || refund.State == RefundState.Unknown), cancellationToken))
            return null;
        await booking.BookAsync(refundId, new GatewayAnswer.Succeeded(given.Id), look: 0, cancellationToken);
        return $"booked as the success that it was: {given.Id}";
    }
}

sealed class RefundNotGiven(MonthCloseDbContext db) : RefundCheck(DriftClass.RefundNotGiven, db)
{
    protected override Difference? Compare(RefundPair pair, Scope scope) =>
        pair is { Ours: { State: RefundState.Succeeded } ours, Theirs: null } && ours.AnsweredAt < scope.Before
            ? Found(ours.AccountId, ours.RefundId, $"refund {ours.RefundId} is booked with {ours.Amount} {ours.Currency}; the gateway gave nothing back, or "
                + $"took it back", ours.InvoiceId, ours.ChargeId) : null;
}

sealed class RefundAmountDiffers(MonthCloseDbContext db) : RefundCheck(DriftClass.RefundAmountDiffers, db)
{
    protected override Difference? Compare(RefundPair pair, Scope scope) =>
        pair is { Ours: { State: RefundState.Succeeded } ours, Theirs: { } theirs }
        && (StripeAmount.Of(ours.Amount, ours.Currency) != theirs.Amount || !ours.Currency.Equals(theirs.Currency, StringComparison.OrdinalIgnoreCase))
            ? Found(ours.AccountId, ours.RefundId, $"refund {ours.RefundId} is booked with {ours.Amount} {ours.Currency}; {Text(theirs)}", ours.InvoiceId,
                ours.ChargeId) : null;
}

sealed class RefundUnresolved(MonthCloseDbContext db) : DriftCheck(DriftClass.RefundUnresolved)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var before = scope.Before - ChargeUnresolved.AfterTheLastLook;
        var rows = await db.RefundsOf(scope).Where(refund => (refund.State == RefundState.Unknown || refund.State == RefundState.Pending)
            && refund.CreatedAt < before)
            .OrderBy(refund => refund.CreatedAt).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(refund => Found(refund.AccountId, refund.RefundId,
            $"nobody knows since {refund.CreatedAt:yyyy-MM-dd} what became of refund {refund.RefundId} over {refund.Amount} {refund.Currency}",
                refund.InvoiceId, refund.ChargeId));
    }
}

/// <summary>What customers' banks took back, and gave again.</summary>
sealed class DisputeNotBooked(MonthCloseDbContext db, MoneyBackBooking moneyBack) : DriftCheck(DriftClass.DisputeNotBooked)
{
    public override bool NeedsGateway => true;

    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var found = new List<Difference>();
        foreach (var some in scope.Gateway!.Disputes.Chunk(1000))
        {
            var (payments, ids) = (some.Select(one => one.PaymentId).ToList(), some.Select(one => one.Dispute.Reference).ToList());
            var charges = await db.ChargesOf(scope).Where(charge => charge.State == ChargeState.Succeeded && payments.Contains(charge.GatewayReference!))
                .ToDictionaryAsync(charge => charge.GatewayReference!, cancellationToken);
            var booked = await db.Disputes.AsNoTracking().Where(dispute => ids.Contains(dispute.DisputeId))
                .ToDictionaryAsync(dispute => dispute.DisputeId, dispute => dispute.State, cancellationToken);
            foreach (var (dispute, paymentId) in some)
                if (charges.TryGetValue(paymentId, out var charge)
                    && dispute.IsMoneyGone != (booked.TryGetValue(dispute.Reference, out var state) && state == DisputeState.Withdrawn))
                    found.Add(Found(charge.AccountId, dispute.Reference, $"{dispute.Reference} over {dispute.Amount} {dispute.Currency} of {paymentId}: the "
                        + $"money {(dispute.IsMoneyGone ? "was taken back" : "was given again")}, and the books do not have it",
                        charge.InvoiceId, charge.ChargeId));
        }

        return [.. found.Take(scope.Most)];
    }

    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        var told = scope.Gateway!.Disputes.First(one => one.Dispute.Reference == drift.Subject);
        return await moneyBack.BookInWordsAsync(drift.ChargeId!.Value, scope.Gateway.BackOf(told.PaymentId), cancellationToken);
    }
}
