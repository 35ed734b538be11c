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
using Billing.MonthClose.Books.Letters;
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
    MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, HoldWriter holds, IPublishEndpoint bus, AuditTrail audit, Alerts alerts,
    IOptions<DunningOptions> dunning, TimeProvider clock, ILogger<ChargeBooking> log)
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
            $"{succeeded.Reference} took {one.Charge.Amount} {one.Charge.Currency}, and the books cannot take it in: is the invoice paid already? Then give "
                + $"it back.",
            one.Charge.AccountId, one.Charge.InvoiceId, cancellationToken),
        { Answer: GatewayAnswer.KeyMisused misused } => alerts.RaiseAsync(AlertCode.IdempotencyKeyMisused, $"{one.Charge.ChargeId}",
            $"{misused.Reason}. The charge is not asked for again; find out at the gateway what was taken under its key.",
            one.Charge.AccountId, one.Charge.InvoiceId, cancellationToken),
        { Answer: GatewayAnswer.Refused refused } => alerts.RaiseAsync(AlertCode.GatewayRefusesUs, refused.Code,
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
            join account in db.Accounts.AsNoTracking() on invoice.AccountId equals account.AccountId
            join dunned in db.DunningPlans.AsNoTracking() on invoice.InvoiceId equals dunned.InvoiceId into plans
            from plan in plans.DefaultIfEmpty()
            where byId.Keys.Contains(charge.ChargeId)
                && (charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown
                    || (charge.State == ChargeState.Failed && taken.Contains(charge.ChargeId)))
            select new { charge, invoice, close, account, plan }).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new OpenCharge(row.charge, row.invoice, row.close, row.account, row.plan, byId[row.charge.ChargeId]));
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
                    Posting = Posting.Of(charge, settles, now),
                    Paid = settles,
                    Outcome = CloseOutcome.Paid,
                    Events =
                    [
                        new ChargeSucceeded
                        {
                            ChargeId = charge.ChargeId, InvoiceId = charge.InvoiceId, AccountId = charge.AccountId, Period = period,
                            Amount = charge.Amount, Currency = charge.Currency, GatewayReference = succeeded.Reference, Reduced = charge.Reduced
                        },
                        .. (object[])(charge.State != ChargeState.Pending || charge.Origin != ChargeOrigin.Close
                            ? [new InvoiceSettled(invoice.InvoiceId, ByCharge: true)] : []),
                        // asked for at last, when the close was over: there is neither a step nor a collection to say thanks
                        .. (object[])(one.Plan is null && one.Close.Step == CloseStep.Closed ? [new TellCustomer(invoice.InvoiceId, Letter.Receipt, 0)] : [])
                    ]
                };
            case GatewayAnswer.Declined declined:
                return Declined(one, declined.Code, declined.Hard, now, period);
            case GatewayAnswer.NeverReached:
                return Declined(one, NeverReached, hard: false, now, period);
            case GatewayAnswer.KeyMisused misused:
                // Nobody knows what was taken under the key. Later looks may tell; a charge is never made of it again.
                return new Resolution(one)
                {
                    State = ChargeState.Unknown,
                    Code = "idempotency_error",
                    Park = one.Close.Step == CloseStep.Invoiced ? ("IdempotencyKeyMisused",
                        $"The gateway holds another request under the charge's key: {misused.Reason}") : null,
                    Outcome = one.Close.Step == CloseStep.Invoiced ? null : CloseOutcome.InCollection,
                    Plan = one.Plan ?? NewPlan(one, now),
                    Events = wasUnknown ? [] : [new ChargeUnknown(invoice.InvoiceId, charge.AccountId, charge.ChargeId)]
                };
            case GatewayAnswer.Refused refused when one.Close.Step == CloseStep.Invoiced:
                return new Resolution(one)
                {
                    State = ChargeState.Failed,
                    Code = refused.Code,
                    Uncounted = true,
                    Park = ("GatewayRefused", $"The gateway refused the request itself: {refused.Code}: {refused.Reason}"),
                    Events = []
                };
            case GatewayAnswer.Refused refused:
                // No close is left to park, and the customer refused nothing: the collection waits for a person.
                return new Resolution(one)
                {
                    State = ChargeState.Failed,
                    Code = refused.Code,
                    Uncounted = true,
                    Events = [invoice.Open <= 0 ? new InvoiceSettled(invoice.InvoiceId, ByCharge: true)
                        : charge.Uncounted ? new ExtraTryFailed(invoice.InvoiceId, ByOurFault: true)
                        : new CollectionBlocked(invoice.InvoiceId, charge.AccountId, "GatewayRefused",
                            $"The gateway refused the request itself: {refused.Code}: {refused.Reason}")]
                };
            default:
                return new Resolution(one)
                {
                    State = ChargeState.Unknown,
                    Code = wasUnknown ? charge.Code : null,
                    Outcome = CloseOutcome.InCollection,
                    Plan = one.Plan ?? NewPlan(one, now),
                    // The look that found it still unknown counts its own looks; only news goes to the collection.
                    Events = wasUnknown ? [] : [new ChargeUnknown(invoice.InvoiceId, charge.AccountId, charge.ChargeId)]
                };
        }
    }

    Resolution Declined(OpenCharge one, string code, bool hard, DateTimeOffset now, string period)
    {
        var (charge, invoice, plan) = (one.Charge, one.Invoice, one.Plan ?? NewPlan(one, now));
        var settled = invoice.Open <= 0;        // paid another way while the gateway was asked: nobody is to be dunned or held for it
        var neverReached = code == NeverReached;
        var next = DunningDecision.Decide(new RefusalFacts
        {
            Attempt = charge.Attempt,
            Hard = hard,
            Code = code,
            RefusedAt = now,
            TimeZone = one.Account.TimeZone,
            Policy = plan.Policy,
            MethodChanged = one.Account.PaymentMethod is { Length: > 0 } method && method != charge.PaymentMethod
        });
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
            RetryAt = settled || neverReached || charge.Uncounted ? null : (next as DunningDecision.Retry)?.At,
            Origin = charge.Origin.ToString()
        };
        var known = new Resolution(one) { State = ChargeState.Failed, Code = code, Uncounted = neverReached, Events = [failed] };
        if (settled)
            return known with { Outcome = CloseOutcome.AlreadySettled, Events = [failed, new InvoiceSettled(invoice.InvoiceId, ByCharge: true)] };
        if (charge.Uncounted)
            return known with { Events = [failed, new ExtraTryFailed(invoice.InvoiceId, ByOurFault: neverReached)] };
        if (neverReached)
            return known with
            {
                Outcome = CloseOutcome.InCollection,
                Plan = plan,
                Events = [failed, new ChargeNeverReached(invoice.InvoiceId, charge.AccountId, charge.ChargeId)]
            };
        return next switch
        {
            DunningDecision.Retry retry => known with
            {
                Outcome = CloseOutcome.InCollection,
                Uncounted = retry.Overdue == OverdueState.None,
                Plan = plan with
                {
                    Overdue = retry.Overdue > plan.Overdue && !one.Account.Has(ControlTags.NoDunning | ControlTags.WrittenOff) ? retry.Overdue
                    : plan.Overdue
                },
                Events =
                [
                    failed,
                    new ChargeDeclined(invoice.InvoiceId, charge.AccountId, charge.Attempt, retry.At, retry.IsLast, plan.Round,
                        Silent: retry.Overdue == OverdueState.None)
                ]
            },
            // Overdue enforcement is off: it stays open, and a person decides what becomes of it.
            DunningDecision.Hold when one.Account.Has(ControlTags.NoDunning | ControlTags.WrittenOff) => known with
            {
                Outcome = CloseOutcome.InCollection,
                Plan = plan,
                Events = [failed, new CollectionSuspended(invoice.InvoiceId, charge.AccountId, nameof(ControlTags.NoDunning))]
            },
            DunningDecision.Hold hold => known with
            {
                Outcome = CloseOutcome.Held,
                Plan = plan with { Overdue = OverdueState.Suspended },
                Hold = new Hold { InvoiceId = invoice.InvoiceId, AccountId = charge.AccountId, Reason = hold.Reason, HeldAt = now },
                Events = [failed, new CollectionHeld(invoice.InvoiceId, charge.AccountId, hard, charge.Attempt, plan.Round)]
            },
            _ => throw new InvalidOperationException($"No road from {next}.")
        };
    }

    /// <summary>The policy as it is in force now; from here on the collection keeps it.</summary>
    DunningPlan NewPlan(OpenCharge one, DateTimeOffset now) => new()
    {
        InvoiceId = one.Invoice.InvoiceId,
        AccountId = one.Invoice.AccountId,
        Policy = dunning.Value.PolicyOf(one.Account.Tier),
        StartedAt = now,
        CountsFrom = one.Invoice.IssuedAt,
        Overdue = OverdueState.None
    };

    async Task<IEnumerable<object>> WriteAsync(List<Resolution> resolved, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await bulk.UpdateAsync(db, resolved.ConvertAll(one => one.Open.Charge with
        {
            State = one.State,
            Code = one.Code,
            GatewayReference = one.Reference,
            AnsweredAt = now,
            Uncounted = one.Open.Charge.Uncounted || one.Uncounted
        }), x => new { x.State, x.Code, x.GatewayReference, x.AnsweredAt, x.Uncounted }, cancellationToken);

        var paid = resolved.FindAll(one => one.Posting is not null);
        if (paid.Count > 0)
        {
            await ledger.AppendAsync(paid.ConvertAll(one => one.Posting!), cancellationToken);
            await bulk.UpdateAsync(db, paid.ConvertAll(one => one.Open.Invoice.Pay(one.Paid, now)), x => new { x.AmountPaid, x.Status, x.PaidAt, x.Version },
                cancellationToken);
        }

        var freed = await FreedByPaymentAsync(paid, cancellationToken);
        var overdue = await WritePlansAsync(resolved, now, cancellationToken);
        var held = await holds.PlaceAsync(resolved.Select(one => one.Hold).OfType<Hold>().ToList(), cancellationToken);

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
            await bulk.UpdateAsync(db, parked, x => new { x.Step, x.ParkedAt, x.ReasonCode, x.Reason }, close => close.Step, CloseStep.Invoiced,
                cancellationToken);

        await audit.WriteAsync([.. resolved.SelectMany(Trail), .. held.Audit, .. parked.Select(close => close.ToParkedEntry(audit))], cancellationToken);
        return resolved.SelectMany(one => one.Events).Concat(freed).Concat(held.Events).Concat(overdue)
            .Concat(parked.Select(close => close.ToAccountParked(BillingPeriod.FromNumber(resolved.First(one => one.Open.Close.AccountId == close.AccountId)
                .Open.Invoice.Period).ToString())));
    }

    IEnumerable<AuditEntry> Trail(Resolution one)
    {
        var (charge, invoice) = (one.Open.Charge, one.Open.Invoice);
        if (one.State != charge.State)
            yield return audit.Entry(charge.AccountId, AuditSubject.Charge, charge.ChargeId, one.State.ToString().ToLowerInvariant(), one.Code,
                new { charge.State }, new { one.State, charge.InvoiceId, charge.Attempt, charge.Origin, charge.Amount, charge.Currency, one.Reference });
        if (one.Paid > 0)
            yield return InvoiceAudit.Settled(audit, invoice, invoice.Pay(one.Paid, default), $"charge {charge.ChargeId}");
    }

    /// <summary>The first charge of a month tells nobody that it settled an invoice, unless a hold by hand waits for just that.</summary>
    async Task<IEnumerable<InvoiceSettled>> FreedByPaymentAsync(List<Resolution> paid, CancellationToken cancellationToken)
    {
        var first = paid.FindAll(one => !one.Events.OfType<InvoiceSettled>().Any());
        var ids = first.ConvertAll(one => one.Open.Charge.AccountId);
        var waiting = ids.Count == 0 ? [] : await db.Holds.Where(hold => ids.Contains(hold.AccountId) && hold.LiftedAt == null && hold.LiftedByPayment)
            .Select(hold => hold.AccountId).ToListAsync(cancellationToken);
        return first.Where(one => waiting.Contains(one.Open.Charge.AccountId)).Select(one => new InvoiceSettled(one.Open.Invoice.InvoiceId, ByCharge: true));
    }

    /// <summary>Begins plans and moves their states: in the booking of the refusal, so a try always runs before the state moves.</summary>
    async Task<IEnumerable<AccountOverdueChanged>> WritePlansAsync(List<Resolution> resolved, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var planned = resolved.FindAll(one => one.Plan is not null);
        var added = planned.FindAll(one => one.Open.Plan is null);
        var moved = planned.FindAll(one => one.Plan!.Overdue != (one.Open.Plan?.Overdue ?? OverdueState.None));
        if (added.Count > 0)
            await bulk.InsertNewAsync(db, added.ConvertAll(one => one.Plan!), cancellationToken);
        if (moved.Except(added).Select(one => one.Plan!).ToList() is { Count: > 0 } changed)
            await bulk.UpdateAsync(db, changed, x => new { x.Overdue }, cancellationToken);
        return moved.Select(one => new AccountOverdueChanged
        {
            AccountId = one.Plan!.AccountId,
            InvoiceId = one.Plan.InvoiceId,
            State = one.Plan.Overdue.ToString(),
            Policy = one.Plan.Policy.Name,
            ChangedAt = now
        });
    }

    /// <summary>The gateway never heard of it, so no money moved: our outage, and no refusal of the customer's.</summary>
    public const string NeverReached = "never_reached_gateway";

    sealed record OpenCharge(Charge Charge, Invoice Invoice, AccountClose Close, Account Account, DunningPlan? Plan, GatewayAnswer Answer);

    sealed record Resolution(OpenCharge Open)
    {
        public required ChargeState State { get; init; }
        public string? Code { get; init; }
        public string? Reference { get; init; }
        public Posting? Posting { get; init; }

        /// <summary>How much of the invoice the money settles.</summary>
        public decimal Paid { get; init; }

        public CloseOutcome? Outcome { get; init; }
        public bool Uncounted { get; init; }
        public DunningPlan? Plan { get; init; }
        public Hold? Hold { get; init; }
        public (string Code, string Reason)? Park { get; init; }
        public required object[] Events { get; init; }
    }
}
