using System.Globalization;
using Billing.Hosting.Http;
using Billing.Hosting.Restoring;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Correct.Refunding;
using Billing.Persistence;
using Billing.Views.Restoring;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>
/// Holds books that were brought back from a backup against what the gateway has done since. All of it is named; with the release, what it took for charges
/// that are not here is written down, so that no charge is made beside it.
/// </summary>
sealed class RestoredBooks(
    Transactions<MonthCloseDbContext> transactions, IGatewayRecord gateway, Restorations<MonthCloseDbContext> restorations, TimeProvider clock)
{
    const int AtOnce = 1000;

    /// <summary>Null when the books were never brought back. It writes nothing: whoever may read may look.</summary>
    /// <exception cref="HttpRequestException">The gateway's record cannot be read: nothing can be said.</exception>
    public async Task<RestoredView?> LookAsync(CancellationToken cancellationToken) =>
        await restorations.LastAsync(cancellationToken) is { } restored ? (await SeeAsync(restored, cancellationToken)).View : null;

    /// <summary>From now on charges are made, refunds asked for and letters written, with what the look found in mind.</summary>
    /// <returns>False when nothing was held.</returns>
    public async Task<bool> ReleaseAsync(string by, string why, bool nothingLeft, CancellationToken cancellationToken)
    {
        if (await restorations.LastAsync(cancellationToken) is not { ReleasedAt: null } restored)
            return false;
        var (_, forgotten) = await SeeAsync(restored, cancellationToken);     // what was not looked at must not be released
        await transactions.RunAsync(async services =>
        {
            var (db, bulk) = (services.GetRequiredService<MonthCloseDbContext>(), services.GetRequiredService<IBulkWriter>());
            foreach (var some in forgotten.Chunk(AtOnce))
                await bulk.InsertNewAsync(db, some, cancellationToken);
            var audit = services.GetRequiredService<AuditTrail>();
            await audit.WriteAsync(audit.Entry(null, AuditSubject.Restoration, "month-close", "released", why,
                after: new { NothingLeft = nothingLeft, ForgottenCharges = forgotten.Count }, by: by), cancellationToken);
            foreach (var refundId in await db.Refunds.Where(refund => refund.State == RefundState.Pending).Select(refund => refund.RefundId)
                .ToListAsync(cancellationToken))
                await services.GetRequiredService<IPublishEndpoint>().Publish(new AskRefund(refundId), cancellationToken);
            // Of a run that had just ended, the message that asked for report and certificate may be lost. Where it was not, another pair says the same.
            var since = restored.TakenAt - TimeSpan.FromDays(1);
            foreach (var runId in await db.Runs.Where(run => run.CompletedAt >= since && run.CompletedAt <= restored.RestoredAt)
                .Select(run => run.CorrelationId).ToListAsync(cancellationToken))
                await services.GetRequiredService<IPublishEndpoint>().Publish(new WriteReport(runId), cancellationToken);
            return await db.ReleaseRestorationsAsync(by, why, nothingLeft, clock.GetUtcNow(), cancellationToken);
        }, cancellationToken);
        return true;
    }

    async Task<(RestoredView View, IReadOnlyList<ForgottenCharge> Forgotten)> SeeAsync(Restoration restored, CancellationToken cancellationToken)
    {
        var taken = new List<ForgottenCharge>();
        await foreach (var payment in gateway.TakenAsync(restored.TakenAt, clock.GetUtcNow(), cancellationToken))
            taken.Add(payment);
        var refunds = new List<Refunded>();
        await foreach (var refund in gateway.RefundsAsync(restored.TakenAt, cancellationToken))
            refunds.Add(refund);
        return await transactions.RunAsync(async db =>
        {
            var forgotten = new List<ForgottenCharge>();
            var notBooked = new List<string>();
            foreach (var some in taken.Chunk(AtOnce))
            {
                var ids = some.Select(one => one.ChargeId).ToList();
                var known = await db.Charges.AsNoTracking().Where(charge => ids.Contains(charge.ChargeId))
                    .ToDictionaryAsync(charge => charge.ChargeId, charge => charge.State, cancellationToken);
                forgotten.AddRange(some.Where(one => !known.ContainsKey(one.ChargeId)));
                notBooked.AddRange(some.Where(one => known.TryGetValue(one.ChargeId, out var state) && state != ChargeState.Succeeded)
                    .Select(one => $"{Text(one)}: charge {one.ChargeId} is {known[one.ChargeId]} here, and its outcome will be looked for"));
            }

            var view = new RestoredView(restored.TakenAt, restored.RestoredAt, restored.ReleasedAt, restored.ReleasedBy,
                [.. forgotten.Select(one => $"{Text(one)}: charge {one.ChargeId} is not here")], notBooked,
                await RefundsAsync(db, refunds, cancellationToken),
                await db.ForgottenCharges.CountAsync(one => db.Charges.Any(charge => charge.ChargeId == one.ChargeId), cancellationToken));
            return (view, forgotten);
        }, cancellationToken);
    }

    static async Task<IReadOnlyList<string>> RefundsAsync(
        MonthCloseDbContext db, List<Refunded> refunds, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var some in refunds.Where(refund => refund.RefundId is not null).Chunk(AtOnce))
        {
            var ids = some.Select(refund => refund.RefundId!.Value).ToList();
            var known = await db.Refunds.Where(refund => ids.Contains(refund.RefundId)).Select(refund => refund.RefundId).ToListAsync(cancellationToken);
            missing.AddRange(some.Where(refund => !known.Contains(refund.RefundId!.Value))
                .Select(refund => $"{refund.Id} gave back {refund.Amount} {refund.Currency} (minor units) of {refund.PaymentId}: refund {refund.RefundId} is "
                    + "not here"));
        }

        return missing;
    }

    static string Text(ForgottenCharge one) => string.Create(CultureInfo.InvariantCulture, $"{one.GatewayReference} took "
        + $"{Currencies.Text(one.Amount, one.Currency)} of {one.AccountId} for {BillingPeriod.FromNumber(one.Period)} at {one.TakenAt:u}");
}

/// <summary>Of books that were brought back: what differs, and the word that lets things leave again.</summary>
static class RestoringEndpoints
{
    public static void MapRestoring(this WebApplication app)
    {
        app.MapGet("/api/restoration", async Task<IResult> (RestoredBooks books, CancellationToken stopping) =>
            await books.LookAsync(stopping) is { } view ? TypedResults.Ok(view) : TypedResults.NotFound())
            .Produces<RestoredView>().Needs(Rights.Read).AddEndpointFilter(UnlessAwayAsync);
        app.MapRelease(async (RestoredBooks books, string by, string why, bool nothingLeft, CancellationToken stopping) =>
            new RestorationReleased(await books.ReleaseAsync(by, why, nothingLeft, stopping), 0, 0)).AddEndpointFilter(UnlessAwayAsync);
        app.MapHeld<MonthCloseDbContext>();
    }

    static async ValueTask<object?> UnlessAwayAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate answer)
    {
        try
        {
            return await answer(context);
        }
        catch (HttpRequestException away)
        {
            return TypedResults.Text($"The gateway's record cannot be read: {away.Message}", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
