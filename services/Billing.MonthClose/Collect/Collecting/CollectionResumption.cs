using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Close.Charging;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>
/// What the new facts of an account mean for its open invoices. It asks the books and not the collections, whose rows follow a moment later: so
/// nothing that was decided under the account's lock is missed.
/// </summary>
sealed class CollectionResumption(MonthCloseDbContext db, IBulkWriter bulk, TimeProvider clock)
{
    /// <param name="changed">Accounts whose facts changed; the caller has their locks.</param>
    /// <param name="renewed">Those of them with another payment method.</param>
    /// <param name="requestedBy">Who changed them, if it is known.</param>
    /// <param name="cancellationToken">Of the message.</param>
    public async Task<ResumedCollections> WakeAsync(
        IReadOnlyCollection<string> changed, IReadOnlyCollection<string> renewed, string? requestedBy, CancellationToken cancellationToken)
    {
        var retries = new List<RetryCharge>();
        var now = clock.GetUtcNow();
        var collected = changed.Count == 0 ? [] : await (
            from plan in db.DunningPlans.AsNoTracking()
            join invoice in db.Invoices.AsNoTracking() on plan.InvoiceId equals invoice.InvoiceId
            where changed.Contains(plan.AccountId) && invoice.Status == InvoiceStatus.Open
            select new
            {
                Plan = plan,
                Held = db.Holds.Any(hold => hold.InvoiceId == plan.InvoiceId && hold.LiftedAt == null),
                UnderWay = db.Charges.Any(charge => charge.InvoiceId == plan.InvoiceId
                    && (charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown)),
                Last = db.Charges.Where(charge => charge.InvoiceId == plan.InvoiceId).OrderByDescending(charge => charge.CreatedAt)
                    .ThenByDescending(charge => charge.ChargeId)
                    .Select(charge => charge.State).First()
            }).ToListAsync(cancellationToken);

        // A charge that is under way is not overtaken: when it is refused for good, its booking sees the new method and asks for the next try at once.
        var cycles = new List<DunningPlan>();
        foreach (var one in collected.Where(one => !one.UnderWay))
        {
            var isRenewed = renewed.Contains(one.Plan.AccountId);
            if (isRenewed && one.Held)
                cycles.Add(one.Plan with { Cycle = one.Plan.Cycle + 1, CountsFrom = now });
            if (isRenewed || one.Last == ChargeState.Skipped)
                retries.Add(new RetryCharge(one.Plan.InvoiceId, isRenewed ? ChargeOrigin.NewMethod : ChargeOrigin.Retry,
                    Uncounted: isRenewed && !one.Held && one.Last != ChargeState.Skipped, Guid.CreateVersion7(now)));
        }

        if (cycles.Count > 0)
            await bulk.UpdateAsync(db, cycles, x => new { x.Cycle, x.CountsFrom }, cancellationToken);
        var accountOf = collected.ToDictionary(one => one.Plan.InvoiceId, one => one.Plan.AccountId);
        return new ResumedCollections(retries, [.. renewed.Select(accountId => new PaymentMethodChanged
        {
            AccountId = accountId,
            ChangedAt = now,
            Retried = [.. retries.Where(retry => accountOf[retry.InvoiceId] == accountId).Select(retry => retry.InvoiceId)],
            RequestedBy = requestedBy
        })]);
    }
}

/// <summary>What is to be said when the transaction commits.</summary>
sealed record ResumedCollections(IReadOnlyList<RetryCharge> Retries, IReadOnlyList<PaymentMethodChanged> Changes)
{
    public async Task TellAsync(ConsumeContext context)
    {
        foreach (var change in Changes)
            await context.Publish(change, context.CancellationToken);
        foreach (var retry in Retries)
            await context.Publish(retry, context.CancellationToken);
    }
}
