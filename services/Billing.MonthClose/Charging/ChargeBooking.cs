using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Alerting;
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
/// already is passed over, so every answer may come twice; only news of money that was taken after all goes over a failure.
/// </summary>
sealed class ChargeBooking(
    MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, IPublishEndpoint bus, IOptions<DunningOptions> dunning, IOptions<GatewayOptions> gateway,
    Alerts alerts, TimeProvider clock, ILogger<ChargeBooking> log)
{
    public async Task BookAsync(IReadOnlyList<AnsweredCharge> answers, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await ledger.LockAsync(answers.Select(answer => answer.AccountId).ToHashSet(), cancellationToken);
        var open = await ReadOpenAsync(answers, cancellationToken);

        var events = new List<object>();
        var refusals = new List<OpenCharge>();
        await Bisection.WriteAsync(db, open,
            async some => events.AddRange(await WriteAsync(some.Select(one => Resolve(one, now)).ToList(), cancellationToken)),
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

    Task AlertAsync(OpenCharge one, bool wasRefused, CancellationToken cancellationToken) => one switch
    {
        { Answer: GatewayAnswer.Succeeded succeeded } when wasRefused => alerts.RaiseAsync(AlertCode.CaptureNotBooked, $"{one.Charge.ChargeId}",
            $"{succeeded.Reference} took {one.Charge.Amount} {one.Charge.Currency}, and the books cannot take it in: is the invoice paid already? Then give it back.",
            one.Charge.AccountId, one.Charge.InvoiceId, cancellationToken),
        { Answer: GatewayAnswer.KeyMisused misused } => alerts.RaiseAsync(AlertCode.IdempotencyKeyMisused, $"{one.Charge.ChargeId}",
            $"{misused.Reason}. The charge is not asked for again; find out at the gateway what was taken under its key.",
            one.Charge.AccountId, one.Charge.InvoiceId, cancellationToken),
        { Answer: GatewayAnswer.Refused { PaymentMethodIsGone: false } refused } => alerts.RaiseAsync(AlertCode.GatewayRefusesUs, refused.Code,
            $"{refused.Reason}. Nobody's card is at fault: look at the key and at what is sent.", null, null, cancellationToken),
        _ => Task.CompletedTask
    };

    async Task<List<OpenCharge>> ReadOpenAsync(IReadOnlyList<AnsweredCharge> answers, CancellationToken cancellationToken)
    {
        var byId = answers.ToDictionary(answer => answer.ChargeId, answer => answer.Answer);
        var taken = byId.Where(answer => answer.Value is GatewayAnswer.Succeeded).Select(answer => answer.Key).ToList();
        var rows = await (
            from charge in db.Charges.AsNoTracking()
            join invoice in db.Invoices.AsNoTracking() on charge.InvoiceId equals invoice.InvoiceId
            join close in db.AccountCloses.AsNoTracking() on new { invoice.RunId, invoice.AccountId } equals new { close.RunId, close.AccountId }
            where byId.Keys.Contains(charge.ChargeId)
                && (charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown || (charge.State == ChargeState.Failed && taken.Contains(charge.ChargeId)))
            select new { charge, invoice, close }).ToListAsync(cancellationToken);
        var mayBeAgain = rows.FindAll(row => row.close.Step != CloseStep.Invoiced || byId[row.charge.ChargeId] is GatewayAnswer.NeverReached).ConvertAll(row => row.invoice.InvoiceId);
        var failures = mayBeAgain.Count > 0 ? await OurFailuresAsync(mayBeAgain, cancellationToken) : [];
        return rows.ConvertAll(row => new OpenCharge(row.charge, row.invoice, row.close, byId[row.charge.ChargeId], failures.GetValueOrDefault(row.invoice.InvoiceId)));
    }

    Task<Dictionary<Guid, int>> OurFailuresAsync(List<Guid> invoiceIds, CancellationToken cancellationToken) =>
        db.Charges.Where(charge => invoiceIds.Contains(charge.InvoiceId) && charge.State == ChargeState.Failed && Charge.OurFailures.Contains(charge.Code))
            .GroupBy(charge => charge.InvoiceId).Select(invoice => new { invoice.Key, Count = invoice.Count() })
            .ToDictionaryAsync(invoice => invoice.Key, invoice => invoice.Count, cancellationToken);

    /// <summary>What an answer does to the books, as copies: when the database refuses the set, nothing here was changed.</summary>
    Resolution Resolve(OpenCharge one, DateTimeOffset now)
    {
        var (charge, invoice, period) = (one.Charge, one.Invoice, BillingPeriod.FromNumber(one.Invoice.Period).ToString());
        var wasUnknown = charge.State == ChargeState.Unknown;
        var isBeingClosed = one.Close.Step == CloseStep.Invoiced;
        switch (one.Answer)
        {
            case GatewayAnswer.Succeeded succeeded:
                var settles = Math.Min(charge.Amount, invoice.Status == InvoiceStatus.Open ? invoice.AmountDue - invoice.AmountPaid : 0);
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
                        .. (object[])(charge.State != ChargeState.Pending || charge.Attempt > 1 || one.EarlierFailures > 0 ? [new InvoiceSettled(invoice.InvoiceId, ByCharge: true)]
                            // asked for at last, when the close was over: there is neither a step nor a collection to say thanks
                            : one.Close.Step == CloseStep.Closed ? [new TellCustomer(invoice.InvoiceId, Letter.Receipt, 0)] : [])
                    ]
                };
            case GatewayAnswer.Declined declined:
                return Declined(one, declined.Code, declined.Hard, now, period);
            case GatewayAnswer.NeverReached:
                return OurFailure(one, Charge.NeverReached, now, period);
            // No close is left to park. A card that the gateway no longer knows is final for the customer; the rest is ours.
            case GatewayAnswer.Refused { PaymentMethodIsGone: true } gone when !isBeingClosed:
                return Declined(one, gone.Code, hard: true, now, period);
            case GatewayAnswer.Refused when !isBeingClosed:
                return OurFailure(one, Charge.RefusedUs, now, period);
            case GatewayAnswer.Refused refused:
                return new Resolution(one)
                {
                    State = ChargeState.Failed,
                    Code = refused.Code,
                    Park = ("GatewayRefused", $"The gateway refused the request itself: {refused.Code}: {refused.Reason}"),
                    Events = []
                };
            case GatewayAnswer.KeyMisused misused:
                return new Resolution(one)
                {
                    State = ChargeState.Unknown,
                    Code = "idempotency_error",
                    Park = isBeingClosed ? ("IdempotencyKeyMisused", $"The gateway holds another request under the charge's key: {misused.Reason}") : null,
                    Outcome = isBeingClosed ? null : CloseOutcome.InCollection,
                    Events = wasUnknown ? [] : [new ChargeUnknown(invoice.InvoiceId, charge.AccountId, charge.ChargeId)]
                };
            default:
                return new Resolution(one)
                {
                    State = ChargeState.Unknown,
                    Code = wasUnknown ? charge.Code : null,
                    Outcome = CloseOutcome.InCollection,
                    // The look that found it still unknown counts its own looks; only news goes to the collection.
                    Events = wasUnknown ? [] : [new ChargeUnknown(invoice.InvoiceId, charge.AccountId, charge.ChargeId)]
                };
        }
    }

    /// <summary>No money moved, and it was not the customer's doing: it is tried again soon, and he hears nothing of it.</summary>
    Resolution OurFailure(OpenCharge one, string code, DateTimeOffset now, string period)
    {
        var (charge, invoice) = (one.Charge, one.Invoice);
        var settled = invoice.Open <= 0;
        var again = now + ChargeAgain.After(one.EarlierFailures, gateway.Value.Looks[0]);
        return new Resolution(one)
        {
            State = ChargeState.Failed,
            Code = code,
            Outcome = settled ? CloseOutcome.AlreadySettled : CloseOutcome.InCollection,
            Events =
            [
                ToChargeFailed(one, code, hard: false, settled ? null : again, period),
                settled ? new InvoiceSettled(invoice.InvoiceId, ByCharge: true) : new ChargeNotMade(invoice.InvoiceId, charge.AccountId, again)
            ]
        };
    }

    static ChargeFailed ToChargeFailed(OpenCharge one, string code, bool hard, DateTimeOffset? retryAt, string period) => new()
    {
        ChargeId = one.Charge.ChargeId,
        InvoiceId = one.Invoice.InvoiceId,
        AccountId = one.Charge.AccountId,
        Period = period,
        Amount = one.Charge.Amount,
        Currency = one.Charge.Currency,
        Code = code,
        Hard = hard,
        Attempt = one.Charge.Attempt,
        RetryAt = retryAt
    };

    Resolution Declined(OpenCharge one, string code, bool hard, DateTimeOffset now, string period)
    {
        var (charge, invoice) = (one.Charge, one.Invoice);
        var settled = invoice.Open <= 0;        // paid another way while the gateway was asked: nobody is to be dunned or held for it
        var next = DunningDecision.Decide(charge.Attempt, hard, code, now, dunning.Value.Retries);
        var failed = ToChargeFailed(one, code, hard, settled ? null : (next as DunningDecision.Retry)?.At, period);
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
        if (holds.Count > 0)
            await bulk.InsertNewAsync(db, holds.ConvertAll(one => one.Hold!), cancellationToken);

        var settled = resolved.FindAll(one => one.Outcome is not null && one.Open.Close.Step == CloseStep.Invoiced);
        if (settled.Count > 0)
            await bulk.UpdateAsync(db, settled.ConvertAll(one => (one.Open.Close with { }).Settle(one.Outcome!.Value, now)),
                x => new { x.Step, x.Outcome, x.SettledAt }, close => close.Step, CloseStep.Invoiced, cancellationToken);
        // After the month was closed, the outcome still follows the money; how far the close was does not change.
        var later = resolved.FindAll(one => one.Outcome is not null && one.Open.Close.Step is CloseStep.Settled or CloseStep.Closed);
        if (later.Count > 0)
            await bulk.UpdateAsync(db, later.ConvertAll(one => one.Open.Close with { Outcome = one.Outcome }), x => new { x.Outcome }, cancellationToken);

        var parked = resolved.FindAll(one => one.Park is not null && one.Open.Close.Step == CloseStep.Invoiced).ConvertAll(one =>
        {
            var close = one.Open.Close with { };
            close.Park(one.Park!.Value.Code, one.Park.Value.Reason);
            return close;
        });
        if (parked.Count > 0)
            await bulk.UpdateAsync(db, parked, x => new { x.Step, x.ParkedAt, x.ReasonCode, x.Reason }, close => close.Step, CloseStep.Invoiced, cancellationToken);

        return resolved.SelectMany(one => one.Events)
            .Concat(parked.Select(close => close.ToAccountParked(BillingPeriod.FromNumber(resolved.First(one => one.Open.Close.AccountId == close.AccountId).Open.Invoice.Period).ToString())));
    }

    /// <param name="Charge">As it stands before the answer.</param>
    /// <param name="Invoice">Which it is to pay.</param>
    /// <param name="Close">The account's, in the invoice's run.</param>
    /// <param name="Answer">What the gateway said.</param>
    /// <param name="EarlierFailures">Charges of the invoice before that failed because of us; 0 while its close waits for the first.</param>
    sealed record OpenCharge(Charge Charge, Invoice Invoice, AccountClose Close, GatewayAnswer Answer, int EarlierFailures);

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
        public (string Code, string Reason)? Park { get; init; }
        public required object[] Events { get; init; }
    }
}
