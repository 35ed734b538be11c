using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Correct.Refunding;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling.Checks;

/// <summary>Holds what the gateway took against the charges here, a thousand at a time.</summary>
abstract class GatewayCheck(string driftClass, MonthCloseDbContext db) : DriftCheck(driftClass)
{
    public override bool NeedsGateway => true;

    protected MonthCloseDbContext Db => db;

    /// <summary>The capture is the charge's money: same amount, same currency, same account. Nothing is repaired by another.</summary>
    protected static bool IsMoneyOf(Capture capture, Charge charge) =>
        StripeAmount.Of(charge.Amount, charge.Currency) == capture.Amount
        && charge.Currency.Equals(capture.Currency, StringComparison.OrdinalIgnoreCase)
        && (capture.AccountId is not { Length: > 0 } owner || owner == charge.AccountId);

    /// <summary>The gateway's amount as its record has it.</summary>
    protected static string Told(Capture capture) => $"{capture.Amount} {capture.Currency} (minor units) of {capture.AccountId}";

    protected async Task<IReadOnlyList<Difference>> CompareAsync(
        Scope scope, IEnumerable<Capture> captures, Func<Capture, Charge?, Difference?> compare,
            CancellationToken cancellationToken)
    {
        var found = new List<Difference>();
        foreach (var some in captures.Chunk(1000))
        {
            var ids = some.Select(capture => capture.ChargeId).ToList();
            var charges = await db.Charges.AsNoTracking().Where(charge => ids.Contains(charge.ChargeId))
                .ToDictionaryAsync(charge => charge.ChargeId, cancellationToken);
            found.AddRange(some.Select(capture => compare(capture, charges.GetValueOrDefault(capture.ChargeId))).OfType<Difference>());
            if (found.Count >= scope.Most)
                break;
        }

        return found;
    }
}

sealed class CapturedNotBooked(MonthCloseDbContext db, ChargeBooking booking) : GatewayCheck(DriftClass.CapturedNotBooked, db)
{
    public override Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken) =>
        CompareAsync(scope, scope.Gateway!.CapturesOf(scope.AccountId), (capture, charge) =>
            charge is null or { State: ChargeState.Succeeded } || (charge.AnsweredAt ?? charge.CreatedAt) >= scope.Before ? null
            : Found(charge.AccountId, charge.ChargeId, IsMoneyOf(capture, charge)
                ? $"{capture.Id} took the money, but {charge.ChargeId} is {charge.State}"
                : $"{capture.Id} took {Told(capture)}, but {charge.ChargeId} is {charge.State} and asked for {charge.Amount} {charge.Currency} of "
                    + $"{charge.AccountId}",
                charge.InvoiceId, charge.ChargeId), cancellationToken);

    /// <summary>A late answer, booked exactly as a live one: what settles nothing any more becomes credit.</summary>
    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        var chargeId = drift.ChargeId!.Value;
        var capture = scope.Gateway!.ByCharge[chargeId];
        var charge = await Db.Charges.AsNoTracking().SingleAsync(charge => charge.ChargeId == chargeId, cancellationToken);
        if (!IsMoneyOf(capture, charge))
            return null;        // other money than was asked for: a person says what it is
        var others = await Db.Charges.AnyAsync(other => other.InvoiceId == drift.InvoiceId && other.ChargeId != chargeId
            && (other.State == ChargeState.Succeeded || other.State == ChargeState.Pending || other.State == ChargeState.Unknown), cancellationToken);
        if (others)
            return null;        // the invoice was charged again, or is being charged: what is to be given back is for a person to say
        await Db.Charges.Where(charge => charge.ChargeId == chargeId && charge.State == ChargeState.Failed)
            .ExecuteUpdateAsync(set => set.SetProperty(charge => charge.State, ChargeState.Unknown), cancellationToken);
        await booking.BookAsync([new AnsweredCharge(chargeId, drift.AccountId, new GatewayAnswer.Succeeded(capture.Id))], cancellationToken);
        return $"booked as the success that it was: {capture.Id}";
    }
}

sealed class CapturedTwice(MonthCloseDbContext db, SecondCaptures captures) : GatewayCheck(DriftClass.CapturedTwice, db)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var again = scope.Gateway!.AgainOf(scope.AccountId).ToList();
        var ids = again.ConvertAll(capture => capture.Id);
        var given = ids.Count == 0 ? [] : await Db.Refunds
            .Where(refund => ids.Contains(refund.ChargeReference) && refund.SenderId.StartsWith(SecondCaptures.Sender))
            .Select(refund => refund.ChargeReference).ToListAsync(cancellationToken);
        return await CompareAsync(scope, again.Where(capture => !given.Contains(capture.Id)), (capture, charge) =>
            Found(charge?.AccountId ?? capture.AccountId, capture.Id, $"{capture.Id} took {capture.Amount} {capture.Currency} (minor units) of "
                + $"{capture.ChargeId} again", charge?.InvoiceId, capture.ChargeId), cancellationToken);
    }

    /// <summary>Where it is configured as the policy: given back without asking a person.</summary>
    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        if (drift.InvoiceId is null || drift.ChargeId is not { } chargeId)
            return null;
        var payment = scope.Gateway!.AgainOf(scope.AccountId).First(capture => capture.Id == drift.Subject).Payment;
        await captures.GiveBackAsync(chargeId, payment, "taken twice", "the policy for captures that came twice", cancellationToken);
        return $"{payment.Reference} is given back";
    }
}

sealed class CapturedWithoutCharge(MonthCloseDbContext db) : GatewayCheck(DriftClass.CapturedWithoutCharge, db)
{
    public override Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken) =>
        CompareAsync(scope, scope.Gateway!.CapturesOf(scope.AccountId), (capture, charge) => charge is not null ? null
            : Found(capture.AccountId, capture.Id, $"{capture.Id} took {capture.Amount} {capture.Currency} (minor units) for {capture.ChargeId}, which is "
                + $"not here"), cancellationToken);
}

sealed class AmountDiffers(MonthCloseDbContext db) : GatewayCheck(DriftClass.AmountDiffers, db)
{
    public override Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken) =>
        CompareAsync(scope, scope.Gateway!.CapturesOf(scope.AccountId), (capture, charge) =>
            charge is not { State: ChargeState.Succeeded } || IsMoneyOf(capture, charge) ? null
            : Found(charge.AccountId, charge.ChargeId, $"{charge.ChargeId} is booked with {charge.Amount} {charge.Currency}, {capture.Id} took "
                + $"{capture.Amount} {capture.Currency} (minor units)", charge.InvoiceId, charge.ChargeId), cancellationToken);
}

sealed class BookedNotCaptured(MonthCloseDbContext db) : GatewayCheck(DriftClass.BookedNotCaptured, db)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var found = new List<Difference>();
        await foreach (var charge in Db.ChargesOf(scope).Where(charge => charge.State == ChargeState.Succeeded && charge.AnsweredAt < scope.Before)
            .Select(charge => new { charge.ChargeId, charge.InvoiceId, charge.AccountId, charge.Amount, charge.Currency }).AsAsyncEnumerable()
                .WithCancellation(cancellationToken))
            if (!scope.Gateway!.ByCharge.ContainsKey(charge.ChargeId) && found.Count < scope.Most)
                found.Add(Found(charge.AccountId, charge.ChargeId, $"{charge.ChargeId} is booked with {charge.Amount} {charge.Currency}; the gateway took "
                    + $"nothing", charge.InvoiceId, charge.ChargeId));
        return found;
    }
}
