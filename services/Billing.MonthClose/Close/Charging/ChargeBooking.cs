using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Alerting;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Gateway;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Close.Charging;

/// <summary>
/// Books what the gateway answered, whoever asked: the step of a chunk, a retry, or the look for an unknown outcome. A charge that is resolved
/// already is passed over, so every answer may come twice; only news of money that was taken after all goes over a failure.
/// </summary>
sealed class ChargeBooking(
    MonthCloseDbContext db, LedgerBook ledger, CreditUse credits, IBulkWriter bulk, HoldWriter holds, PlanWriter plans, IPublishEndpoint bus, AuditTrail audit,
    Alerts alerts, IOptions<DunningOptions> dunning, TimeProvider clock, ILogger<ChargeBooking> log)
{
    public async Task BookAsync(IReadOnlyList<AnsweredCharge> answers, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await ledger.LockAsync(answers.Select(answer => answer.AccountId).ToHashSet(), cancellationToken);
        var open = await ReadOpenAsync(answers, now, cancellationToken);

        var events = new List<object>();
        var refusals = new List<AnsweredFacts>();
        await Bisection.WriteAsync(db, open,
            async some => events.AddRange(await WriteAsync([.. some.Select(Resolution.Of)], cancellationToken)),
            (one, refusal) =>
            {
                log.BookingRefused(one.Charge.ChargeId, one.Charge.AccountId, refusal);
                refusals.Add(one);
            },
            cancellationToken);
        foreach (var message in events)
            await bus.Publish(message, cancellationToken);
        foreach (var one in open)
            await AlertAsync(one, refusals.Contains(one), cancellationToken);
    }

    Task AlertAsync(AnsweredFacts one, bool wasRefused, CancellationToken cancellationToken) => one switch
    {
        { Answer: GatewayAnswer.Succeeded succeeded } when wasRefused => alerts.RaiseAsync(AlertCode.CaptureNotBooked, $"{one.Charge.ChargeId}",
            $"{succeeded.Reference} took {one.Charge.Amount} {one.Charge.Currency}, and the books cannot take it in: is the invoice paid already? "
                + "Then give it back.",
            one.Charge.AccountId, one.Charge.InvoiceId, cancellationToken),
        { Answer: GatewayAnswer.KeyMisused misused } => alerts.RaiseAsync(AlertCode.IdempotencyKeyMisused, $"{one.Charge.ChargeId}",
            $"{misused.Reason}. The charge is not asked for again; find out at the gateway what was taken under its key.",
            one.Charge.AccountId, one.Charge.InvoiceId, cancellationToken),
        { Answer: GatewayAnswer.Misused refused } => alerts.RaiseAsync(AlertCode.GatewayRefusesUs, refused.Code,
            $"{refused.Reason}. Nobody's card is at fault: look at the key and at what is sent.", null, null, cancellationToken),
        _ => Task.CompletedTask
    };

    async Task<List<AnsweredFacts>> ReadOpenAsync(IReadOnlyList<AnsweredCharge> answers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var byId = answers.ToDictionary(answer => answer.ChargeId);
        var taken = byId.Where(answer => answer.Value.Answer is GatewayAnswer.Succeeded).Select(answer => answer.Key).ToList();
        var rows = await (
            from charge in db.Charges.AsNoTracking()
            join invoice in db.Invoices.AsNoTracking() on charge.InvoiceId equals invoice.InvoiceId
            join close in db.AccountCloses.AsNoTracking() on new { invoice.RunId, invoice.AccountId } equals new { close.RunId, close.AccountId }
            join account in db.Accounts.AsNoTracking() on invoice.AccountId equals account.AccountId
            join dunned in db.DunningPlans.AsNoTracking() on invoice.InvoiceId equals dunned.InvoiceId into kept
            from plan in kept.DefaultIfEmpty()
            where byId.Keys.Contains(charge.ChargeId)
                && (charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown
                    || (charge.State == ChargeState.Failed && taken.Contains(charge.ChargeId)))
            select new { charge, invoice, close, account, plan }).ToListAsync(cancellationToken);
        // by account, and not by ids that are drawn: what is said has one order
        return [.. rows.OrderBy(row => row.charge.AccountId, StringComparer.Ordinal).Select(row => new AnsweredFacts
        {
            Charge = row.charge,
            Invoice = row.invoice,
            Close = row.close,
            Account = row.account,
            Plan = row.plan,
            Answer = byId[row.charge.ChargeId].Of(row.charge),
            PolicyNow = dunning.Value.PolicyOf(row.account.Tier),
            Now = now
        })];
    }

    async Task<IEnumerable<object>> WriteAsync(List<Resolution> resolved, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await WriteChargesAsync(resolved, now, cancellationToken);
        var paid = resolved.FindAll(one => one.Outcome.Posting is not null);
        await WritePaidAsync(paid, now, cancellationToken);
        var freed = await FreedByPaymentAsync(paid, cancellationToken);
        var credited = paid.Where(one => one.Outcome.Posting!.CreditChange > 0).Select(one => one.Facts.Charge.AccountId).ToHashSet();
        var used = await credits.SpreadAsync(credited, now, cancellationToken);
        var overdue = await plans.WriteAsync([.. resolved.Where(one => one.Outcome.Plan is not null)
            .Select(one => new PlanChange(one.Facts.Plan, one.Outcome.Plan!))], now, cancellationToken);
        var held = await holds.PlaceAsync(resolved.Select(one => one.Outcome.Hold).OfType<Hold>().ToList(), cancellationToken);
        var parked = await WriteClosesAsync(resolved, now, cancellationToken);

        await audit.WriteAsync([.. resolved.SelectMany(Trail), .. held.Audit], cancellationToken);
        return resolved.SelectMany(one => one.Outcome.Events).Concat(freed).Concat(held.Events).Concat(overdue)
            .Concat(parked).Concat(used.SelectMany(one => one.ToEvents()));
    }

    async Task WriteChargesAsync(List<Resolution> resolved, DateTimeOffset now, CancellationToken cancellationToken) =>
        await bulk.UpdateAsync(db, resolved.ConvertAll(one => one.Facts.Charge with
        {
            State = one.Outcome.State,
            Code = one.Outcome.Code,
            GatewayReference = one.Outcome.Reference,
            AnsweredAt = now,
            Uncounted = one.Facts.Charge.Uncounted || one.Outcome.Uncounted
        }), x => new { x.State, x.Code, x.GatewayReference, x.AnsweredAt, x.Uncounted }, cancellationToken);

    async Task WritePaidAsync(List<Resolution> paid, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (paid.Count == 0)
            return;
        await ledger.AppendAsync(paid.ConvertAll(one => one.Outcome.Posting!), cancellationToken);
        await bulk.UpdateAsync(db, paid.ConvertAll(one => one.Facts.Invoice.Receive(one.Outcome.Paid, now)),
            x => new { x.AmountPaid, x.Recovered, x.Status, x.PaidAt, x.Version }, cancellationToken);
    }

    /// <returns>What is said of the closes that were parked.</returns>
    async Task<List<AccountParked>> WriteClosesAsync(List<Resolution> resolved, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ended = resolved.FindAll(one => one.EndsClose);
        if (ended.Count > 0)
            await bulk.UpdateAsync(db, ended.ConvertAll(one => (one.Facts.Close with { }).Book(one.Outcome.Close!.Value, now)),
                x => new { x.Step, x.Outcome, x.BookedAt }, close => close.Step, CloseStep.Invoiced, cancellationToken);
        // After the month was closed, the outcome still follows the money; how far the close was does not change.
        var later = resolved.FindAll(one => one.Outcome.Close is not null && one.Facts.Close.Step is CloseStep.Booked or CloseStep.Closed);
        if (later.Count > 0)
            await bulk.UpdateAsync(db, later.ConvertAll(one => one.Facts.Close with { Outcome = one.Outcome.Close }),
                x => new { x.Outcome }, cancellationToken);

        var parked = resolved.FindAll(one => one.ParksClose).ConvertAll(one =>
        {
            var close = one.Facts.Close with { };
            close.Park(one.Outcome.Park!.Value.Code, one.Outcome.Park.Value.Reason);
            return (Close: close, one.Facts.Invoice.Period);
        });
        if (parked.Count == 0)
            return [];
        await bulk.UpdateAsync(db, parked.ConvertAll(one => one.Close), x => new { x.Step, x.ParkedAt, x.ReasonCode, x.Reason },
            close => close.Step, CloseStep.Invoiced, cancellationToken);
        await audit.WriteAsync(parked.ConvertAll(one => one.Close.ToParkedEntry(audit)), cancellationToken);
        return parked.ConvertAll(one => one.Close.ToAccountParked(BillingPeriod.FromNumber(one.Period).ToString()));
    }

    IEnumerable<AuditEntry> Trail(Resolution one)
    {
        var (charge, invoice, outcome) = (one.Facts.Charge, one.Facts.Invoice, one.Outcome);
        if (outcome.State != charge.State)
            yield return audit.Entry(charge.AccountId, AuditSubject.Charge, charge.ChargeId, outcome.State.ToString().ToLowerInvariant(), outcome.Code,
                new { charge.State },
                new { outcome.State, charge.InvoiceId, charge.Attempt, charge.Origin, charge.Amount, charge.Currency, outcome.Reference });
        if (outcome.Paid > 0)
            yield return InvoiceAudit.Paid(audit, invoice, invoice.Receive(outcome.Paid, default), $"charge {charge.ChargeId}");
    }

    /// <summary>The first charge of a month tells nobody that it settled an invoice, unless a hold by hand waits for just that.</summary>
    async Task<IEnumerable<InvoiceCleared>> FreedByPaymentAsync(List<Resolution> paid, CancellationToken cancellationToken)
    {
        var first = paid.FindAll(one => !one.Outcome.Events.OfType<InvoiceCleared>().Any());
        var ids = first.ConvertAll(one => one.Facts.Charge.AccountId);
        var waiting = ids.Count == 0 ? [] : await db.Holds.Where(hold => ids.Contains(hold.AccountId) && hold.LiftedAt == null && hold.LiftedByPayment)
            .Select(hold => hold.AccountId).ToListAsync(cancellationToken);
        return first.Where(one => waiting.Contains(one.Facts.Charge.AccountId))
            .Select(one => new InvoiceCleared(one.Facts.Invoice.InvoiceId, one.Facts.Invoice.AccountId, ByCharge: true));
    }

    /// <summary>As copies: when the database refuses the set, nothing here was changed.</summary>
    sealed record Resolution(AnsweredFacts Facts, ChargeOutcome Outcome)
    {
        public static Resolution Of(AnsweredFacts facts) => new(facts, ChargeOutcome.Decide(facts));

        public bool EndsClose => Outcome.Close is not null && Facts.Close.Step == CloseStep.Invoiced;

        public bool ParksClose => Outcome.Park is not null && Facts.Close.Step == CloseStep.Invoiced;
    }
}
