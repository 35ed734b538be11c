using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Auditing;
using Billing.MonthClose.Calendar;
using Billing.MonthClose.Closing;
using Billing.MonthClose.Dunning;
using Billing.MonthClose.Holding;
using Billing.MonthClose.Invoicing;
using Billing.MonthClose.Ledger;
using Billing.MonthClose.Mailing;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Charging;

/// <summary>
/// Books what the gateway answered, whoever asked: the step of a chunk, a retry, or the look for an unknown outcome. A charge that is resolved
/// already is passed over, so every answer may come twice.
/// </summary>
sealed class ChargeBooking(
    MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, IPublishEndpoint bus, AuditTrail audit, IOptions<DunningOptions> dunning, TimeProvider clock,
    ILogger<ChargeBooking> log)
{
    public async Task BookAsync(IReadOnlyList<AnsweredCharge> answers, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await ledger.LockAsync(answers.Select(answer => answer.AccountId).ToHashSet(), cancellationToken);
        var open = await ReadOpenAsync(answers, cancellationToken);

        var events = new List<object>();
        await Bisection.WriteAsync(db, open,
            async some => events.AddRange(await WriteAsync(some.Select(one => Resolve(one, now)).ToList(), cancellationToken)),
            (one, refusal) => log.BookingRefused(one.Charge.ChargeId, one.Charge.AccountId, refusal),
            cancellationToken);
        foreach (var message in events)
            await bus.Publish(message, cancellationToken);
    }

    async Task<List<OpenCharge>> ReadOpenAsync(IReadOnlyList<AnsweredCharge> answers, CancellationToken cancellationToken)
    {
        var byId = answers.ToDictionary(answer => answer.ChargeId, answer => answer.Answer);
        var rows = await (
            from charge in db.Charges.AsNoTracking()
            join invoice in db.Invoices.AsNoTracking() on charge.InvoiceId equals invoice.InvoiceId
            join close in db.AccountCloses.AsNoTracking() on new { invoice.RunId, invoice.AccountId } equals new { close.RunId, close.AccountId }
            where byId.Keys.Contains(charge.ChargeId) && (charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown)
            select new { charge, invoice, close }).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new OpenCharge(row.charge, row.invoice, row.close, byId[row.charge.ChargeId]));
    }

    /// <summary>What an answer does to the books, as copies: when the database refuses the set, nothing here was changed.</summary>
    Resolution Resolve(OpenCharge one, DateTimeOffset now)
    {
        var (charge, invoice, period) = (one.Charge, one.Invoice, BillingPeriod.FromNumber(one.Invoice.Period).ToString());
        var wasUnknown = charge.State == ChargeState.Unknown;
        switch (one.Answer)
        {
            case GatewayAnswer.Succeeded succeeded:
                var settles = Math.Min(charge.Amount, invoice.Open);
                return new Resolution(one)
                {
                    State = ChargeState.Succeeded,
                    Reference = succeeded.Reference,
                    Posting = Posting.OfCharge(charge.ChargeId, charge.InvoiceId, charge.AccountId, charge.Currency, charge.Amount, settles, now),
                    Paid = settles,
                    Outcome = CloseOutcome.Paid,
                    Events =
                    [
                        new ChargeSucceeded
                        {
                            ChargeId = charge.ChargeId, InvoiceId = charge.InvoiceId, AccountId = charge.AccountId, Period = period,
                            Amount = charge.Amount, Currency = charge.Currency, GatewayReference = succeeded.Reference, Reduced = charge.Reduced
                        },
                        .. (object[])(wasUnknown || charge.Attempt > 1 ? [new InvoiceSettled(invoice.InvoiceId, ByCharge: true)]
                            // asked for at last, when the close was over: there is neither a step nor a collection to say thanks
                            : one.Close.Step == CloseStep.Closed ? [new TellCustomer(invoice.InvoiceId, Letter.Receipt, 0)] : [])
                    ]
                };
            case GatewayAnswer.Declined declined:
                return Declined(one, declined.Code, declined.Hard, now, period);
            case GatewayAnswer.Refused refused when one.Close.Step is CloseStep.Settled or CloseStep.Closed:
                // A retry that cannot even be asked for, such as with a card that the gateway no longer knows: final, and no close is left to park.
                return Declined(one, refused.Code, hard: true, now, period);
            case GatewayAnswer.Refused refused:
                return new Resolution(one)
                {
                    State = ChargeState.Failed,
                    Code = refused.Code,
                    ParkReason = $"The gateway refused the request itself: {refused.Code}: {refused.Reason}",
                    Events = []
                };
            default:
                return new Resolution(one)
                {
                    State = ChargeState.Unknown,
                    Code = null,
                    Outcome = CloseOutcome.InCollection,
                    // The look that found it still unknown counts its own looks; only news goes to the collection.
                    Events = wasUnknown ? [] : [new ChargeUnknown(invoice.InvoiceId, charge.AccountId, charge.ChargeId)]
                };
        }
    }

    Resolution Declined(OpenCharge one, string code, bool hard, DateTimeOffset now, string period)
    {
        var (charge, invoice) = (one.Charge, one.Invoice);
        var settled = invoice.Open <= 0;        // paid another way while the gateway was asked: nobody is to be dunned or held for it
        var next = DunningDecision.Decide(charge.Attempt, hard, code, now, dunning.Value.Retries);
        var failed = new ChargeFailed
        {
            ChargeId = charge.ChargeId,
            InvoiceId = charge.InvoiceId,
            AccountId = charge.AccountId,
            Period = period,
            Amount = charge.Amount,
            Currency = charge.Currency,
            Code = code,
            Hard = hard,
            Attempt = charge.Attempt,
            RetryAt = settled ? null : (next as DunningDecision.Retry)?.At
        };
        if (settled)
            return new Resolution(one)
            {
                State = ChargeState.Failed,
                Code = code,
                Outcome = CloseOutcome.AlreadySettled,
                Events = [failed, new InvoiceSettled(invoice.InvoiceId, ByCharge: true)]
            };
        return next switch
        {
            DunningDecision.Retry retry => new Resolution(one)
            {
                State = ChargeState.Failed,
                Code = code,
                Outcome = CloseOutcome.InCollection,
                Events = [failed, new ChargeDeclined(invoice.InvoiceId, charge.AccountId, charge.Attempt, retry.At)]
            },
            DunningDecision.Hold hold => new Resolution(one)
            {
                State = ChargeState.Failed,
                Code = code,
                Outcome = CloseOutcome.Held,
                Hold = new Hold { InvoiceId = invoice.InvoiceId, AccountId = charge.AccountId, Reason = hold.Reason, HeldAt = now },
                Events =
                [
                    failed,
                    new AccountHeld { AccountId = charge.AccountId, InvoiceId = invoice.InvoiceId, Reason = hold.Reason, HeldAt = now },
                    new CollectionHeld(invoice.InvoiceId, charge.AccountId)
                ]
            },
            _ => throw new InvalidOperationException($"No road from {next}.")
        };
    }

    async Task<IEnumerable<object>> WriteAsync(List<Resolution> resolved, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await bulk.UpdateAsync(db, resolved.ConvertAll(one => one.Open.Charge with
        {
            State = one.State,
            Code = one.Code,
            GatewayReference = one.Reference,
            AnsweredAt = now
        }), x => new { x.State, x.Code, x.GatewayReference, x.AnsweredAt }, cancellationToken);

        var paid = resolved.FindAll(one => one.Posting is not null);
        if (paid.Count > 0)
        {
            await ledger.AppendAsync(paid.ConvertAll(one => one.Posting!), cancellationToken);
            await bulk.UpdateAsync(db, paid.ConvertAll(one => one.Open.Invoice.Pay(one.Paid, now)), x => new { x.AmountPaid, x.Status, x.PaidAt, x.Version }, cancellationToken);
        }

        var holds = resolved.FindAll(one => one.Hold is not null);
        var placed = holds.Count > 0 ? await bulk.InsertNewAsync(db, holds.ConvertAll(one => one.Hold!), cancellationToken) : [];

        var settled = resolved.FindAll(one => one.Outcome is not null && one.Open.Close.Step == CloseStep.Invoiced);
        if (settled.Count > 0)
            await bulk.UpdateAsync(db, settled.ConvertAll(one => (one.Open.Close with { }).Settle(one.Outcome!.Value, now)),
                x => new { x.Step, x.Outcome, x.SettledAt }, close => close.Step, CloseStep.Invoiced, cancellationToken);
        // After the month was closed, the outcome still follows the money; how far the close was does not change.
        var later = resolved.FindAll(one => one.Outcome is not null && one.Open.Close.Step is CloseStep.Settled or CloseStep.Closed);
        if (later.Count > 0)
            await bulk.UpdateAsync(db, later.ConvertAll(one => one.Open.Close with { Outcome = one.Outcome }), x => new { x.Outcome }, cancellationToken);

        var parked = resolved.FindAll(one => one.ParkReason is not null && one.Open.Close.Step == CloseStep.Invoiced).ConvertAll(one =>
        {
            var close = one.Open.Close with { };
            close.Park("GatewayRefused", one.ParkReason!);
            return close;
        });
        if (parked.Count > 0)
            await bulk.UpdateAsync(db, parked, x => new { x.Step, x.ParkedAt, x.ReasonCode, x.Reason }, close => close.Step, CloseStep.Invoiced, cancellationToken);

        await audit.WriteAsync([.. resolved.SelectMany(Trail), .. placed.Select(HoldPlaced), .. parked.Select(close => close.ToParkedEntry(audit))], cancellationToken);
        return resolved.SelectMany(one => one.Events)
            .Concat(parked.Select(close => close.ToAccountParked(BillingPeriod.FromNumber(resolved.First(one => one.Open.Close.AccountId == close.AccountId).Open.Invoice.Period).ToString())));
    }

    IEnumerable<AuditEntry> Trail(Resolution one)
    {
        var (charge, invoice) = (one.Open.Charge, one.Open.Invoice);
        if (one.State != charge.State)
            yield return audit.Entry(charge.AccountId, AuditSubject.Charge, charge.ChargeId, one.State.ToString().ToLowerInvariant(), one.Code,
                new { charge.State }, new { one.State, charge.InvoiceId, charge.Attempt, charge.Amount, charge.Currency, one.Reference });
        if (one.Paid > 0)
            yield return InvoiceAudit.Settled(audit, invoice, invoice.Pay(one.Paid, default), $"charge {charge.ChargeId}");
    }

    AuditEntry HoldPlaced(Hold hold) => audit.Entry(hold.AccountId, AuditSubject.Hold, hold.InvoiceId, "placed", hold.Reason, after: new { hold.HeldAt });

    sealed record OpenCharge(Charge Charge, Invoice Invoice, AccountClose Close, GatewayAnswer Answer);

    sealed record Resolution(OpenCharge Open)
    {
        public required ChargeState State { get; init; }
        public string? Code { get; init; }
        public string? Reference { get; init; }
        public Posting? Posting { get; init; }

        /// <summary>How much of the invoice the money settles.</summary>
        public decimal Paid { get; init; }

        public CloseOutcome? Outcome { get; init; }
        public Hold? Hold { get; init; }
        public string? ParkReason { get; init; }
        public required object[] Events { get; init; }
    }
}
