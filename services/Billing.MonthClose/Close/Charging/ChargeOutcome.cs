using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Letters;
using Billing.MonthClose.Gateway;

namespace Billing.MonthClose.Close.Charging;

/// <summary>A charge that waits for its answer, what was answered, and the books around it.</summary>
public sealed record AnsweredFacts
{
    public required Charge Charge { get; init; }
    public required Invoice Invoice { get; init; }
    public required AccountClose Close { get; init; }
    public required Account Account { get; init; }

    /// <summary>The plan that the collection of the invoice keeps; null when none has begun.</summary>
    public DunningPlan? Plan { get; init; }

    public required GatewayAnswer Answer { get; init; }

    /// <summary>The policy in force now: a collection that begins keeps it.</summary>
    public required DunningPolicy PolicyNow { get; init; }

    public required DateTimeOffset Now { get; init; }
}

/// <summary>What an answer does to the invoice, the ledger, the close, the plan and the hold, and what is said of it.</summary>
public sealed record ChargeOutcome
{
    public required ChargeState State { get; init; }
    public string? Code { get; init; }
    public string? Reference { get; init; }
    public Posting? Posting { get; init; }

    /// <summary>How much of the invoice the money settles or, when it was written off, recovers; in the major unit.</summary>
    public decimal Paid { get; init; }

    /// <summary>How the close ends; null leaves it as it is.</summary>
    public CloseOutcome? Close { get; init; }

    /// <summary>Its failure uses up no attempt of the dunning plan.</summary>
    public bool Uncounted { get; init; }

    public DunningPlan? Plan { get; init; }
    public Hold? Hold { get; init; }
    public (string Code, string Reason)? Park { get; init; }
    public required IReadOnlyList<object> Events { get; init; }

    /// <summary>The gateway never heard of it, so no money moved: our outage, and no refusal of the customer's.</summary>
    public const string NeverReached = "never_reached_gateway";

    /// <exception cref="CannotCloseException">
    /// The answer and where the close stands do not fit together: no account is charged before it is invoiced.
    /// </exception>
    public static ChargeOutcome Decide(AnsweredFacts facts)
    {
        var outcome = (facts.Answer, facts.Close.Step) switch
        {
            (GatewayAnswer.Succeeded taken, not CloseStep.Pending) => Taken(facts, taken),
            (GatewayAnswer.Declined declined, not CloseStep.Pending) => Declined(facts, declined),
            (GatewayAnswer.NeverReached, not CloseStep.Pending) => NotReached(facts),
            (GatewayAnswer.KeyMisused misused, CloseStep.Invoiced) => Unknown(facts) with
            {
                Close = null,
                Code = KeyMisused,
                Park = ("IdempotencyKeyMisused", $"The gateway holds another request under the charge's key: {misused.Reason}")
            },
            (GatewayAnswer.KeyMisused, not CloseStep.Pending) => Unknown(facts) with { Code = KeyMisused },
            (GatewayAnswer.Misused refused, CloseStep.Invoiced) => Refused(facts, refused) with { Park = ("GatewayRefused", WhyRefused(refused)), Events = [] },
            (GatewayAnswer.Misused refused, not CloseStep.Pending) => Refused(facts, refused),
            (GatewayAnswer.Unknown, not CloseStep.Pending) => Unknown(facts),
            var (answer, step) => throw new CannotCloseException("ImpossibleOutcome",
                $"Charge {facts.Charge.ChargeId} was answered {answer.GetType().Name} while the close of account {facts.Account.AccountId} stands at {step}.")
        };
        // An inquiry may be on its way: it ends with the answer, whichever it is.
        return facts.Charge.State == ChargeState.Unknown && outcome.State != ChargeState.Unknown
            ? outcome with { Events = [.. outcome.Events, new ChargeResolved(facts.Charge.ChargeId, facts.Charge.InvoiceId, facts.Charge.AccountId)] }
            : outcome;
    }

    const string KeyMisused = "idempotency_error";

    static ChargeOutcome Taken(AnsweredFacts facts, GatewayAnswer.Succeeded taken)
    {
        var (charge, invoice) = (facts.Charge, facts.Invoice);
        var (settles, isRecovery) = (Math.Min(charge.Amount, invoice.Settleable), invoice.Status == InvoiceStatus.WrittenOff);
        var events = new List<object>
        {
            new ChargeSucceeded
            {
                ChargeId = charge.ChargeId,
                InvoiceId = charge.InvoiceId,
                AccountId = charge.AccountId,
                Period = PeriodOf(invoice),
                Amount = charge.Amount,
                Currency = charge.Currency,
                GatewayReference = taken.Reference,
                Reduced = charge.Reduced
            }
        };
        if (isRecovery)
            events.AddRange(RecoveredBy(facts, settles));
        else if (charge.State != ChargeState.Pending || charge.Origin != ChargeOrigin.Close)
            events.Add(new InvoiceCleared(invoice.InvoiceId, invoice.AccountId, ByCharge: true));
        // Somebody settled it meanwhile, such as by a payment or a credit note: nobody takes money and says nothing.
        if (charge.Amount > settles)
            events.Add(new TellOfExcess(charge.ChargeId));
        // Asked for at last, when the close was over: there is neither a step nor a collection to say thanks.
        if (facts.Plan is null && facts.Close.Step == CloseStep.Closed)
            events.Add(new TellCustomer(invoice.InvoiceId, Letter.Receipt, 0));
        return new ChargeOutcome
        {
            State = ChargeState.Succeeded,
            Reference = taken.Reference,
            Posting = Posting.Of(charge, settles, facts.Now, isRecovery),
            Paid = settles,
            Close = CloseOutcome.Collected,
            Events = events
        };
    }

    /// <summary>Late money for what was given up: a recovery, as a payment by transfer would be.</summary>
    static IEnumerable<object> RecoveredBy(AnsweredFacts facts, decimal settles)
    {
        var (charge, invoice) = (facts.Charge, facts.Invoice);
        if (settles > 0)
            yield return new DebtRecovered
            {
                PaymentId = charge.ChargeId.ToString(),
                InvoiceId = invoice.InvoiceId,
                AccountId = invoice.AccountId,
                Amount = settles,
                Currency = invoice.Currency
            };
        if (settles == invoice.Settleable)
            yield return new CollectionEnded(invoice.InvoiceId, invoice.AccountId, "what was written off is paid", LiftHold: true);
    }

    static ChargeOutcome Declined(AnsweredFacts facts, GatewayAnswer.Declined declined)
    {
        var (charge, invoice, plan) = (facts.Charge, facts.Invoice, PlanOf(facts));
        var next = DunningDecision.Decide(new RefusalFacts
        {
            Attempt = charge.Attempt,
            Hard = declined.Hard,
            Code = declined.Code,
            RefusedAt = facts.Now,
            TimeZone = facts.Account.TimeZone,
            Policy = plan.Policy,
            MethodChanged = facts.Account.PaymentMethod is { Length: > 0 } method && method != charge.PaymentMethod
        });
        var retryAt = IsCleared(invoice) || charge.Uncounted ? null : (next as DunningDecision.Retry)?.At;
        var failed = Failed(facts, declined.Code, declined.Hard, retryAt);
        return WithoutPlan(facts, declined.Code, failed, ourFault: false) ?? next switch
        {
            DunningDecision.Retry retry => new ChargeOutcome
            {
                State = ChargeState.Failed,
                Code = declined.Code,
                Close = CloseOutcome.InCollection,
                Uncounted = retry.Overdue == OverdueState.None,
                Plan = plan with { Overdue = retry.Overdue > plan.Overdue && !IsSpared(facts) ? retry.Overdue : plan.Overdue },
                Events =
                [
                    failed,
                    new ChargeDeclined(invoice.InvoiceId, charge.AccountId, charge.Attempt, retry.At, retry.IsLast, plan.Cycle,
                        Silent: retry.Overdue == OverdueState.None)
                ]
            },
            // Overdue enforcement is off: it stays open, and a person decides what becomes of it.
            DunningDecision.Hold when IsSpared(facts) => new ChargeOutcome
            {
                State = ChargeState.Failed,
                Code = declined.Code,
                Close = CloseOutcome.InCollection,
                Plan = plan with { IsLetBe = true },
                Events = [failed, new CollectionNotEnforced(invoice.InvoiceId, charge.AccountId, nameof(ControlTags.NoDunning))]
            },
            DunningDecision.Hold hold => new ChargeOutcome
            {
                State = ChargeState.Failed,
                Code = declined.Code,
                Close = CloseOutcome.Held,
                Plan = plan with { Overdue = OverdueState.Suspended },
                Hold = new Hold { InvoiceId = invoice.InvoiceId, AccountId = charge.AccountId, Reason = hold.Reason, HeldAt = facts.Now },
                Events = [failed, new CollectionHeld(invoice.InvoiceId, charge.AccountId, declined.Hard, charge.Attempt, plan.Cycle)]
            },
            _ => throw new InvalidOperationException($"No road from {next} after {declined}.")
        };
    }

    static ChargeOutcome NotReached(AnsweredFacts facts)
    {
        var failed = Failed(facts, NeverReached, hard: false, retryAt: null);
        return WithoutPlan(facts, NeverReached, failed, ourFault: true) ?? new ChargeOutcome
        {
            State = ChargeState.Failed,
            Code = NeverReached,
            Close = CloseOutcome.InCollection,
            Uncounted = true,
            Plan = PlanOf(facts),
            Events = [failed, new ChargeNeverReached(facts.Invoice.InvoiceId, facts.Charge.AccountId, facts.Charge.ChargeId)]
        };
    }

    /// <summary>
    /// A failure that changes no plan: the invoice was paid another way meanwhile, so nobody is dunned for it; or the try was outside the plan.
    /// </summary>
    static ChargeOutcome? WithoutPlan(AnsweredFacts facts, string code, ChargeFailed failed, bool ourFault)
    {
        var known = new ChargeOutcome { State = ChargeState.Failed, Code = code, Uncounted = ourFault, Events = [failed] };
        return IsCleared(facts.Invoice)
                ? known with { Close = CloseOutcome.AlreadyPaid, Events = [failed, ClearedMeanwhile(facts)] }
            : facts.Charge.Uncounted ? known with { Events = [failed, new ExtraTryFailed(facts.Invoice.InvoiceId, ByOurFault: ourFault)] }
            : null;
    }

    /// <summary>The gateway refused the request itself. The customer refused nothing: the close is parked, or the collection waits for a person.</summary>
    static ChargeOutcome Refused(AnsweredFacts facts, GatewayAnswer.Misused refused) => new()
    {
        State = ChargeState.Failed,
        Code = refused.Code,
        Uncounted = true,
        Events =
        [
            IsCleared(facts.Invoice) ? ClearedMeanwhile(facts)
            : facts.Charge.Uncounted ? new ExtraTryFailed(facts.Invoice.InvoiceId, ByOurFault: true)
            : new CollectionBlocked(facts.Invoice.InvoiceId, facts.Charge.AccountId, "GatewayRefused", WhyRefused(refused))
        ]
    };

    /// <summary>Nobody knows what was taken. Only a look resolves it; a charge is never made of it again.</summary>
    static ChargeOutcome Unknown(AnsweredFacts facts)
    {
        var wasUnknown = facts.Charge.State == ChargeState.Unknown;
        return new ChargeOutcome
        {
            State = ChargeState.Unknown,
            Code = wasUnknown ? facts.Charge.Code : null,
            Close = CloseOutcome.InCollection,
            Plan = PlanOf(facts),
            // A look that finds it still unknown is counted by the inquiry; only news begins one.
            Events = wasUnknown ? [] : [new ChargeUnknown(facts.Invoice.InvoiceId, facts.Charge.AccountId, facts.Charge.ChargeId)]
        };
    }

    static ChargeFailed Failed(AnsweredFacts facts, string code, bool hard, DateTimeOffset? retryAt) => new()
    {
        ChargeId = facts.Charge.ChargeId,
        InvoiceId = facts.Invoice.InvoiceId,
        AccountId = facts.Charge.AccountId,
        Period = PeriodOf(facts.Invoice),
        Amount = facts.Charge.Amount,
        Currency = facts.Charge.Currency,
        Code = code,
        Hard = hard,
        Attempt = facts.Charge.Attempt,
        RetryAt = retryAt,
        Origin = facts.Charge.Origin.ToString()
    };

    /// <summary>The plan that is kept, or a new one with the policy of now.</summary>
    static DunningPlan PlanOf(AnsweredFacts facts) => facts.Plan is { } kept ? kept with { IsLetBe = false, PayBy = null }
        : DunningPlan.Begin(facts.Invoice.InvoiceId, facts.Invoice.AccountId, facts.Invoice.IssuedAt, facts.PolicyNow, facts.Now);

    /// <summary>Nothing is open any more. A receipt follows only where money came: what a credit note took off was never paid.</summary>
    static object ClearedMeanwhile(AnsweredFacts facts) => facts.Invoice.AmountPaid > 0
        ? new InvoiceCleared(facts.Invoice.InvoiceId, facts.Invoice.AccountId, ByCharge: true)
        : new CollectionEnded(facts.Invoice.InvoiceId, facts.Invoice.AccountId, "nothing is open any more", LiftHold: true);

    static bool IsCleared(Invoice invoice) => invoice.Open <= 0;

    static bool IsSpared(AnsweredFacts facts) => facts.Account.Has(ControlTags.NoDunning | ControlTags.WrittenOff);

    static string WhyRefused(GatewayAnswer.Misused refused) => $"The gateway refused the request itself: {refused.Code}: {refused.Reason}";

    static string PeriodOf(Invoice invoice) => BillingPeriod.FromNumber(invoice.Period).ToString();
}
