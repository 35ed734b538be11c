using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Restoring;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Close.Charging;

/// <summary>
/// Before the gateway is called: reads each balance again under the account's lock, decides, and writes the charge down. After a crash the same
/// rows are found, so the same keys are used.
/// </summary>
sealed class ChargePreparation(
    MonthCloseDbContext db, LedgerBook ledger, CreditUse credits, IBulkWriter bulk, HoldWriter holds, PlanWriter plans, IPublishEndpoint bus, AuditTrail audit,
    Restorations<MonthCloseDbContext> restorations, IOptions<GatewayOptions> gateway, IOptions<DunningOptions> dunning, TimeProvider clock)
{
    /// <summary>The charges to ask the gateway for: those written now and those that an earlier try left pending.</summary>
    public async Task<IReadOnlyList<PreparedCharge>> PrepareAsync(Guid runId, IReadOnlyCollection<ExpectedCharge> expected, RetryCharge? retry,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var balances = await ledger.LockAsync(expected.Select(one => one.AccountId).ToHashSet(), cancellationToken);
        // Before any try: nobody is charged for what his own credit covers.
        var used = await credits.SpreadAsync([.. balances.Values.Where(balance => balance is { Credit: > 0, Owed: > 0 }).Select(balance => balance.AccountId)],
            now, cancellationToken);
        await used.TellAsync(bus, cancellationToken);
        if (used.Count > 0)
            balances = await ledger.LockAsync(balances.Keys, cancellationToken);
        var books = await ReadAsync(runId, expected, balances, now, cancellationToken);

        var fates = expected.Select(one => FateOf(one, retry, books, now)).ToList();
        foreach (var said in fates.SelectMany(fate => fate.Says))
            await bus.Publish(said, cancellationToken);
        await WriteAsync(fates, books, now, cancellationToken);
        var leftBehind = await TakeUpAsync(books, now, cancellationToken);
        return [.. leftBehind.Select(charge => new PreparedCharge(charge, LeftBehind: true, IsStillOwed(charge, books, now))),
            .. fates.OfType<ChargeFate.Made>()
                .Select(made => new PreparedCharge(made.Charge, LeftBehind: made.IsForgotten, IsStillOwed: !made.IsForgotten))];
    }

    /// <summary>The run was paused before these were asked for: each is a charge that never was, unless another try has taken it up.</summary>
    /// <returns>How many.</returns>
    public async Task<int> WithdrawAsync(IReadOnlyCollection<Charge> charges, CancellationToken cancellationToken)
    {
        if (charges.Count == 0)
            return 0;
        await ledger.LockAsync(charges.Select(charge => charge.AccountId).ToHashSet(), cancellationToken);
        var ids = charges.Select(charge => charge.ChargeId).ToList();
        var own = charges.ToDictionary(charge => charge.ChargeId, charge => charge.AskUntil);
        var withdrawn = (await db.Charges.AsNoTracking().Where(charge => ids.Contains(charge.ChargeId) && charge.State == ChargeState.Pending)
            .ToListAsync(cancellationToken))
            .FindAll(charge => AnsweredCharge.IsSameTry(charge.AskUntil, own[charge.ChargeId]))
            .ConvertAll(charge => charge with { State = ChargeState.Skipped, Code = RunPaused });
        if (withdrawn.Count > 0)
            await bulk.UpdateAsync(db, withdrawn, x => new { x.State, x.Code }, cancellationToken);
        await audit.WriteAsync([.. withdrawn.Select(charge => audit.Entry(charge.AccountId, AuditSubject.Charge, charge.ChargeId, "skipped", charge.Code,
            after: new { charge.InvoiceId, charge.State }))], cancellationToken);
        return withdrawn.Count;
    }

    /// <summary>The code of a charge that a pause came before.</summary>
    public const string RunPaused = nameof(RunPaused);

    ChargeFate FateOf(ExpectedCharge one, RetryCharge? retry, Books books, DateTimeOffset now)
    {
        var invoice = books.Invoices[one.InvoiceId];
        var earlier = books.Charges[one.InvoiceId].ToList();
        var waiting = books.Closes.GetValueOrDefault(one.AccountId) is { Step: CloseStep.Invoiced } close ? close : null;
        if (retry?.ChargeId is { } asked && earlier.Exists(charge => charge.ChargeId == asked && charge.State != ChargeState.Pending))
            return new ChargeFate.Repeated();       // the charge that the command asked for was made, and its outcome is booked or looked for
        if (earlier.Find(charge => charge.State is ChargeState.Pending or ChargeState.Unknown or ChargeState.Succeeded) is { } before)
            return InTheWay(before, invoice, waiting, retry, now);
        if (retry is null && waiting is null)
            return new ChargeFate.Repeated();
        try
        {
            var facts = FactsOf(one, invoice, earlier, books, now);
            var decision = ChargeDecision.Decide(facts);
            var charge = ToCharge(one, invoice, facts.Account, decision, retry, now);
            if (decision is not ChargeDecision.Skip && books.Forgotten[(one.AccountId, invoice.Period)].ToList() is { Count: > 0 } forgotten)
                return TakenBack(charge, forgotten, invoice, now);
            return decision switch
            {
                ChargeDecision.Skip { Outcome: CloseOutcome.ManualPayment } when retry?.Origin != ChargeOrigin.Manual =>
                    Awaited(charge, facts, books.Plans.GetValueOrDefault(invoice.InvoiceId), waiting, byClose: retry is null, now),
                ChargeDecision.Skip skip => Skipped(charge, skip, invoice, waiting, retry, now),
                ChargeDecision.Ask => new ChargeFate.Made(charge with { AskUntil = now + gateway.Value.AskWithin }),
                _ => new ChargeFate.Made(charge)
            };
        }
        catch (CannotCloseException cannot) when (retry is not null)
        {
            return new ChargeFate.TurnedDown { Says = [RetryOutcome.Of(retry, invoice, cannot, now)] };
        }
        catch (CannotCloseException cannot) when (waiting is not null)
        {
            waiting.Park(cannot.ReasonCode, cannot.Message);
            return new ChargeFate.Parked(waiting);
        }
    }

    /// <summary>The gateway has money of this account for this month, and the books were brought back from before it: never a second time.</summary>
    ChargeFate.Made TakenBack(Charge charge, List<ForgottenCharge> forgotten, Invoice invoice, DateTimeOffset now) =>
        forgotten.Find(one => one.Amount == charge.Amount && one.Currency == charge.Currency) is { } same
            ? new ChargeFate.Made(charge with
            {
                ChargeId = same.ChargeId,
                CreatedAt = same.TakenAt,
                AskUntil = now + gateway.Value.AskWithin,
                PaymentMethod = charge.PaymentMethod ?? "forgotten"
            })
            { IsForgotten = true }
            : throw new CannotCloseException(CannotCloseException.UnderReview,
                $"The gateway took {forgotten[0].Amount} {forgotten[0].Currency} ({forgotten[0].GatewayReference}) before the books were brought back, and "
                    + $"invoice {invoice.Number} asks for {charge.Amount} {charge.Currency}: a person says what the money is. Nothing is charged until then.");

    ChargeFacts FactsOf(ExpectedCharge one, Invoice invoice, List<Charge> earlier, Books books, DateTimeOffset now)
    {
        var account = books.Accounts[one.AccountId];
        return new ChargeFacts
        {
            Expected = one,
            Invoice = invoice,
            Balance = books.Balances[one.AccountId],
            Account = account,
            Today = Zones.DayOf(now, account.TimeZone),
            Now = now,
            GatewayMinimum = gateway.Value.MinimumOf(invoice.Currency),
            GatewayStep = StripeAmount.StepOf(invoice.Currency),
            EarlierAttempts = earlier.Count(charge => (charge is { State: ChargeState.Failed, Uncounted: false } or { Code: AwaitedPayment.Overdue })
                && charge.CreatedAt >= (books.Plans.GetValueOrDefault(one.InvoiceId)?.CountsFrom ?? DateTimeOffset.MinValue)),
            ChargesInLastDay = books.ChargesToday.GetValueOrDefault(one.AccountId),
            MaxChargesPerDay = gateway.Value.MaxChargesPerDay,
            UnderReview = books.UnderReview.GetValueOrDefault(one.AccountId)
        };
    }

    /// <summary>A close that was parked meanwhile has still to hear of a charge that has its answer.</summary>
    static ChargeFate.InTheWay InTheWay(Charge before, Invoice invoice, AccountClose? waiting, RetryCharge? retry, DateTimeOffset now) =>
        new(before.State == ChargeState.Pending ? null
            : waiting?.Book(before.State == ChargeState.Succeeded ? CloseOutcome.Collected : CloseOutcome.InCollection, now))
        {
            Says = retry is not null && RetryOutcome.Of(retry, invoice, before) is { } said ? [said] : []
        };

    static ChargeFate.Skipped Skipped(
        Charge charge, ChargeDecision.Skip skip, Invoice invoice, AccountClose? waiting, RetryCharge? retry, DateTimeOffset now)
    {
        var isCarried = skip.Outcome == CloseOutcome.CarriedForward;
        if (isCarried)
        {
            invoice.Status = InvoiceStatus.CarriedForward;
            invoice.Version++;
        }

        var skipped = SkippedEvent(invoice, isCarried ? "BelowMinimum" : skip.Outcome.ToString());
        return new ChargeFate.Skipped(charge, isCarried ? invoice : null, waiting?.Book(skip.Outcome, now))
        {
            Says = retry is null ? [skipped] : [skipped, RetryOutcome.Of(retry, invoice, skip)]
        };
    }

    /// <summary>Who pays by hand is not charged; when his time has passed, the plan goes on as after a refusal.</summary>
    ChargeFate.Skipped Awaited(Charge charge, ChargeFacts facts, DunningPlan? plan, AccountClose? waiting, bool byClose, DateTimeOffset now)
    {
        var awaited = AwaitedPayment.Decide(new AwaitedFacts
        {
            Invoice = facts.Invoice,
            Account = facts.Account,
            Plan = plan,
            PolicyNow = dunning.Value.PolicyOf(facts.Account.Tier),
            EarlierAttempts = facts.EarlierAttempts,
            ByClose = byClose,
            Now = now
        });
        var skipped = awaited.Attempt > 0 ? charge with { Attempt = awaited.Attempt, Code = AwaitedPayment.Overdue } : charge;
        return new ChargeFate.Skipped(skipped, Carried: null, waiting?.Book(CloseOutcome.ManualPayment, now))
        {
            Awaited = new PlannedPayment(plan, awaited),
            Says = plan?.PayBy is null && awaited.Attempt == 0 ? [SkippedEvent(facts.Invoice, nameof(CloseOutcome.ManualPayment)), .. awaited.Events]
                : awaited.Events
        };
    }

    static ChargeSkipped SkippedEvent(Invoice invoice, string reason) => new()
    {
        InvoiceId = invoice.InvoiceId,
        AccountId = invoice.AccountId,
        Period = BillingPeriod.FromNumber(invoice.Period).ToString(),
        Reason = reason
    };

    async Task WriteAsync(List<ChargeFate> fates, Books books, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var skipped = fates.OfType<ChargeFate.Skipped>().ToList();
        List<Charge> charges = [.. fates.OfType<ChargeFate.Made>().Select(made => made.Charge), .. skipped.Select(skip => skip.Charge)];
        List<AccountClose> booked = [.. fates.OfType<ChargeFate.InTheWay>().Select(one => one.Booked).Concat(skipped.Select(skip => skip.Booked))
            .OfType<AccountClose>()];
        List<Invoice> carried = [.. skipped.Select(skip => skip.Carried).OfType<Invoice>()];
        var parked = fates.OfType<ChargeFate.Parked>().Select(one => one.Close).ToList();
        if (charges.Count > 0)
            await bulk.InsertAsync(db, charges, cancellationToken);
        if (carried.Count > 0)
            await bulk.UpdateAsync(db, carried, x => new { x.Status, x.Version }, cancellationToken);
        if (booked.Count > 0)
            await bulk.UpdateAsync(db, booked, x => new { x.Step, x.Outcome, x.BookedAt }, close => close.Step, CloseStep.Invoiced, cancellationToken);
        if (parked.Count > 0)
            await bulk.UpdateAsync(db, parked, x => new { x.Step, x.ParkedAt, x.ReasonCode, x.Reason }, close => close.Step, CloseStep.Invoiced,
                cancellationToken);
        var awaited = skipped.Select(skip => skip.Awaited).OfType<PlannedPayment>().ToList();
        var overdue = await plans.WriteAsync(awaited.ConvertAll(one => new PlanChange(one.Before, one.Now.Plan)), now, cancellationToken);
        var held = await holds.PlaceAsync([.. awaited.Select(one => one.Now.Hold).OfType<Hold>()], cancellationToken);
        // A charge's road begins with its own row, so only what ends here is said here; the booking says the rest.
        await audit.WriteAsync(
        [
            .. skipped.Select(skip => skip.Charge).Select(charge => audit.Entry(charge.AccountId, AuditSubject.Charge, charge.ChargeId, "skipped", charge.Code,
                after: new { charge.InvoiceId, charge.State })),
            .. carried.Select(invoice => audit.Entry(invoice.AccountId, AuditSubject.Invoice, invoice.InvoiceId, "carried", "below the gateway's minimum",
                new { Status = InvoiceStatus.Open }, new { invoice.Status })),
            .. parked.Select(close => close.ToParkedEntry(audit)),
            .. held.Audit
        ], cancellationToken);
        foreach (var said in held.Events.Concat<object>(overdue))
            await bus.Publish(said, cancellationToken);
        foreach (var close in parked)
            await bus.Publish(close.ToAccountParked(BillingPeriod.FromNumber(books.Invoices[close.InvoiceId!.Value].Period).ToString()), cancellationToken);
    }

    /// <summary>What an earlier try left pending may be asked for anew.</summary>
    async Task<List<Charge>> TakeUpAsync(Books books, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var leftBehind = books.Charges.SelectMany(known => known).Where(charge => charge.State == ChargeState.Pending)
            .OrderBy(charge => charge.AccountId, StringComparer.Ordinal).Select(charge => charge with { AskUntil = now + gateway.Value.AskWithin }).ToList();
        if (leftBehind.Count > 0)
            await bulk.UpdateAsync(db, leftBehind, x => new { x.AskUntil }, charge => charge.State, ChargeState.Pending, cancellationToken);
        return leftBehind;
    }

    /// <summary>
    /// A charge that an earlier try left behind is judged by the books of today, like a new one. Where the gateway has other money of the account for this
    /// month, it is only looked for.
    /// </summary>
    static bool IsStillOwed(Charge charge, Books books, DateTimeOffset now)
    {
        var account = books.Accounts[charge.AccountId];
        return !books.Forgotten.Contains((charge.AccountId, charge.Period))
            && Math.Min(books.Invoices[charge.InvoiceId].Open, books.Balances[charge.AccountId].Owed) >= charge.Amount
            && account.ChargesOff is null && !account.IsClosedOn(Zones.DayOf(now, account.TimeZone));
    }

    async Task<Books> ReadAsync(Guid runId, IReadOnlyCollection<ExpectedCharge> expected, IReadOnlyDictionary<string, AccountBalance> balances,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        var accountIds = expected.Select(one => one.AccountId).ToHashSet();
        var invoiceIds = expected.Select(one => one.InvoiceId).ToHashSet();
        var since = now.AddDays(-1);
        var isRestored = await restorations.LastAsync(db, cancellationToken) is not null;
        return new Books(
            balances,
            await db.Accounts.AsNoTracking().Where(account => accountIds.Contains(account.AccountId))
                .ToDictionaryAsync(account => account.AccountId, cancellationToken),
            await db.Invoices.AsNoTracking().Where(invoice => invoiceIds.Contains(invoice.InvoiceId))
                .ToDictionaryAsync(invoice => invoice.InvoiceId, cancellationToken),
            (await db.Charges.AsNoTracking().Where(charge => invoiceIds.Contains(charge.InvoiceId)).ToListAsync(cancellationToken))
                .ToLookup(charge => charge.InvoiceId),
            await db.Charges.Where(charge => accountIds.Contains(charge.AccountId) && charge.CreatedAt >= since && charge.State != ChargeState.Skipped)
                .GroupBy(charge => charge.AccountId).Select(account => new { account.Key, Count = account.Count() })
                .ToDictionaryAsync(account => account.Key, account => account.Count, cancellationToken),
            await db.AccountCloses.AsNoTracking().Where(close => close.RunId == runId && accountIds.Contains(close.AccountId))
                .ToDictionaryAsync(close => close.AccountId, cancellationToken),
            await db.DunningPlans.AsNoTracking().Where(plan => invoiceIds.Contains(plan.InvoiceId))
                .ToDictionaryAsync(plan => plan.InvoiceId, cancellationToken),
            await UnderReview(accountIds, isRestored)
                .GroupBy(drift => drift.AccountId).Select(account => new { account.Key, Class = account.Min(drift => drift.Class)! })
                .ToDictionaryAsync(account => account.Key, account => account.Class, cancellationToken),
            (isRestored ? await ForgottenAsync(accountIds, cancellationToken) : []).ToLookup(one => (one.AccountId, one.Period)));
    }

    /// <summary>What was forgotten and is taken back needs no other review.</summary>
    IQueryable<Drift> UnderReview(HashSet<string> accountIds, bool isRestored)
    {
        var parked = db.Drifts.Where(drift => drift.EndedAt == null && drift.State == DriftState.Parked && accountIds.Contains(drift.AccountId));
        return isRestored
            ? parked.Where(drift => drift.Class != DriftClass.CapturedWithoutCharge || !db.ForgottenCharges.Any(one => one.GatewayReference == drift.Subject))
            : parked;
    }

    /// <summary>Those that nobody has taken back yet, or accepted as money of something else.</summary>
    Task<List<ForgottenCharge>> ForgottenAsync(HashSet<string> accountIds, CancellationToken cancellationToken) =>
        db.ForgottenCharges.AsNoTracking().Where(one => accountIds.Contains(one.AccountId) && !db.Charges.Any(charge => charge.ChargeId == one.ChargeId)
            && !db.Drifts.Any(drift => drift.Class == DriftClass.CapturedWithoutCharge && drift.Subject == one.GatewayReference
                && drift.State == DriftState.Accepted)).OrderBy(one => one.TakenAt).ToListAsync(cancellationToken);

    static Charge ToCharge(ExpectedCharge expected, Invoice invoice, Account account, ChargeDecision decision, RetryCharge? retry, DateTimeOffset now) => new()
    {
        ChargeId = retry?.ChargeId ?? Guid.CreateVersion7(now),
        InvoiceId = invoice.InvoiceId,
        AccountId = invoice.AccountId,
        Period = invoice.Period,
        Currency = expected.Currency,
        CreatedAt = now,
        Attempt = decision is ChargeDecision.Skip ? 0 : retry is { Uncounted: true } ? Math.Max(1, AttemptOf(decision) - 1) : AttemptOf(decision),
        Origin = retry?.Origin ?? ChargeOrigin.Close,
        Uncounted = retry?.Uncounted ?? false,
        Amount = decision switch { ChargeDecision.Ask ask => ask.Amount, ChargeDecision.NoPaymentMethod none => none.Amount, _ => 0 },
        PaymentMethod = (decision as ChargeDecision.Ask)?.PaymentMethod,
        GatewayCustomer = account.GatewayCustomer,
        Reduced = decision is ChargeDecision.Ask { Reduced: true },
        Drift = decision is ChargeDecision.Ask { Drift: var drift } ? drift : 0,
        State = decision is ChargeDecision.Skip ? ChargeState.Skipped : ChargeState.Pending,
        Code = (decision as ChargeDecision.Skip)?.Outcome.ToString()
    };

    static int AttemptOf(ChargeDecision decision) => decision switch
    {
        ChargeDecision.Ask ask => ask.Attempt,
        ChargeDecision.NoPaymentMethod none => none.Attempt,
        _ => 0
    };

    sealed record Books(
        IReadOnlyDictionary<string, AccountBalance> Balances, Dictionary<string, Account> Accounts, Dictionary<Guid, Invoice> Invoices,
        ILookup<Guid, Charge> Charges, Dictionary<string, int> ChargesToday, Dictionary<string, AccountClose> Closes,
        Dictionary<Guid, DunningPlan> Plans, Dictionary<string, string> UnderReview,
        ILookup<(string AccountId, int Period), ForgottenCharge> Forgotten);
}

/// <param name="Charge">Written down, and pending.</param>
/// <param name="LeftBehind">An earlier try wrote it, so the gateway may have been asked already.</param>
/// <param name="IsStillOwed">Its money may still be taken.</param>
sealed record PreparedCharge(Charge Charge, bool LeftBehind, bool IsStillOwed);
