using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Invoices;

namespace Billing.MonthClose.Close.Charging;

/// <summary>An open invoice of an account that pays by hand, and what is known under the account's lock.</summary>
public sealed record AwaitedFacts
{
    public required Invoice Invoice { get; init; }
    public required Account Account { get; init; }

    /// <summary>The plan that the collection of the invoice keeps; null when none has begun.</summary>
    public DunningPlan? Plan { get; init; }

    /// <summary>The policy in force now: a collection that begins keeps it.</summary>
    public required DunningPolicy PolicyNow { get; init; }

    /// <summary>Days that passed without a payment, and charges that were refused, in this schedule.</summary>
    public required int EarlierAttempts { get; init; }

    /// <summary>The month close found it; otherwise a timer did, or a person, or news of the account.</summary>
    public required bool ByClose { get; init; }

    public required DateTimeOffset Now { get; init; }
}

/// <summary>
/// What follows for who pays by hand: nothing until the end of his terms, and then the same road as after a refused charge. A day that passes without a
/// payment counts as an attempt:
/// <code>
///   issued ── terms ──► reminded ── policy's days ──► reminded ── ... ──► on hold
/// </code>
/// </summary>
public sealed record AwaitedPayment
{
    /// <summary>Why a charge was skipped whose day of payment had passed.</summary>
    public const string Overdue = "PaymentOverdue";

    public required DunningPlan Plan { get; init; }
    public Hold? Hold { get; init; }

    /// <summary>Which attempt of the plan is used up, from 1; 0 while there is time to pay.</summary>
    public int Attempt { get; init; }

    public required IReadOnlyList<object> Events { get; init; }

    public static AwaitedPayment Decide(AwaitedFacts facts)
    {
        var (invoice, plan) = (facts.Invoice, PlanOf(facts));
        var due = plan.Policy.OverdueAt(plan.PayBy!.Value, facts.Account.TimeZone);
        if (facts.Now < due)
            return new AwaitedPayment { Plan = plan, Events = [new PaymentAwaited(invoice.InvoiceId, invoice.AccountId, due)] };

        var attempt = facts.EarlierAttempts + 1;
        var next = DunningDecision.Decide(new RefusalFacts
        {
            Attempt = attempt,
            Hard = false,
            Code = Overdue,
            RefusedAt = facts.Now,
            TimeZone = facts.Account.TimeZone,
            Policy = plan.Policy
        });
        var overdue = new PaymentOverdue
        {
            InvoiceId = invoice.InvoiceId,
            AccountId = invoice.AccountId,
            Period = BillingPeriod.FromNumber(invoice.Period).ToString(),
            Open = invoice.Open,
            Currency = invoice.Currency,
            PayBy = plan.PayBy.Value,
            Attempt = attempt,
            NextAt = (next as DunningDecision.Retry)?.At
        };
        var isSpared = facts.Account.Has(ControlTags.NoDunning | ControlTags.WrittenOff);
        return next switch
        {
            DunningDecision.Retry retry => new AwaitedPayment
            {
                Attempt = attempt,
                Plan = plan with { Overdue = retry.Overdue > plan.Overdue && !isSpared ? retry.Overdue : plan.Overdue },
                Events = [overdue, new PaymentMissed(invoice.InvoiceId, invoice.AccountId, attempt, retry.At, retry.IsLast, plan.Cycle)]
            },
            // Overdue enforcement is off: it stays open, and a person decides what becomes of it.
            DunningDecision.Hold when isSpared => new AwaitedPayment
            {
                Attempt = attempt,
                Plan = plan with { IsLetBe = true },
                Events = [overdue, new CollectionNotEnforced(invoice.InvoiceId, invoice.AccountId, nameof(ControlTags.NoDunning))]
            },
            _ => new AwaitedPayment
            {
                Attempt = attempt,
                Plan = plan with { Overdue = OverdueState.Suspended },
                Hold = new Hold
                {
                    InvoiceId = invoice.InvoiceId,
                    AccountId = invoice.AccountId,
                    Reason = $"not paid by {plan.PayBy:yyyy-MM-dd}, and reminded {Times(attempt - 1)}",
                    HeldAt = facts.Now
                },
                Events = [overdue, new CollectionHeld(invoice.InvoiceId, invoice.AccountId, Hard: false, attempt, plan.Cycle)]
            }
        };
    }

    static string Times(int count) => count switch { 0 => "never", 1 => "once", 2 => "twice", _ => $"{count} times" };

    /// <summary>Who is put on manual payment after the month close has his terms from that day on.</summary>
    static DunningPlan PlanOf(AwaitedFacts facts)
    {
        var plan = facts.Plan
            ?? DunningPlan.Begin(facts.Invoice.InvoiceId, facts.Invoice.AccountId, facts.Invoice.IssuedAt, facts.PolicyNow, facts.Now);
        var fromNow = PaymentTerms.DueOn(facts.Account, plan.Policy, facts.Now);
        var payBy = plan.PayBy ?? (facts.ByClose || facts.Invoice.DueOn > fromNow ? facts.Invoice.DueOn : fromNow);
        return plan with { PayBy = payBy, IsLetBe = false };
    }
}
