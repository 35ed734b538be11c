using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Close.Running;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>
/// Follows an invoice until it is paid or given up: tries again on dated days, and waits for a payment while the account is on hold. Its timers are
/// messages with a due time, kept in the transaction that sets them. Every state has a timer, or says for whom or for what it waits:
/// <code>
///   refused ──► Dunning ──timer──► Charging ──► Paid · refused again · OnHold
///                  ▲                  ├──► Dunning          our outage, or too often today: again soon
///                  │                  ├──► Waiting          nothing may be charged: until the account's facts change
///                  └── a person ◄─────┴──► NeedsAttention   our fault, or nobody knows: until a person acts
///   by hand ──► AwaitingPayment ──the end of his terms──► Dunning: reminded, on the same days · Paid
///   unknown ──► Charging: a <see cref="ChargeInquiry"/> finds out what became of it
/// </code>
/// Whoever else charges the invoice (a person, a new payment method) does so beside it; it only hears of the outcome.
/// </summary>
public sealed class Collection : MassTransitStateMachine<CollectionState>
{
    public Collection(TimeProvider clock, ILogger<Collection> log)
    {
        InstanceState(x => x.CurrentState);
        Event(() => Unknown, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => NeverReached, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Declined, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Awaited, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Missed, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Held, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => NotEnforced, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Blocked, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Cleared, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => NothingOwed, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => NobodyKnows, x => x.CorrelateById(m => m.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Event(() => ExtraFailed, x => x.CorrelateById(m => m.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Event(() => Skipped, x => x.CorrelateById(m => m.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Event(() => Postponed, x => x.CorrelateById(m => m.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Event(() => RetryFault, x => x.CorrelateById(m => m.Message.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Schedule(() => Retry, x => x.RetryToken, x => x.Received = e => e.CorrelateById(m => m.Message.InvoiceId));

        Initially(
            When(Unknown).Begin(x => x.AccountId, clock).TransitionTo(Charging),
            When(Declined).Begin(x => x.AccountId, clock).AwaitRetry(this).TransitionTo(Dunning),
            When(Awaited).Begin(x => x.AccountId, clock).AwaitPayment(this).TransitionTo(AwaitingPayment),
            When(Missed).Begin(x => x.AccountId, clock).Remind(this).TransitionTo(Dunning),
            When(NeverReached).Begin(x => x.AccountId, clock).ChargeAgainSoon(this, clock).TransitionTo(Dunning),
            When(Held).Begin(x => x.AccountId, clock).TellHeld().TransitionTo(OnHold),
            When(NotEnforced).Begin(x => x.AccountId, clock).AwaitNewFacts(this, x => x.Message.Reason).TransitionTo(Waiting),
            When(Blocked).Begin(x => x.AccountId, clock).Alert(log).TransitionTo(NeedsAttention),
            // The end may be heard before the beginning, such as a webhook's. It is kept: what comes later finds its question answered.
            When(Cleared).Begin(x => x.AccountId, clock)
                .If(x => x.Message.ByCharge, charged => charged.TellPaid())
                .IfElse(x => x.Message.CarriedOver, little => little.TransitionTo(CarriedOver), all => all.TransitionTo(Paid)),
            When(NothingOwed).Begin(x => x.AccountId, clock).TransitionTo(Ended));

        // The outcome of a try finds the collection wherever it was.
        During([Dunning, AwaitingPayment, Charging, OnHold, Waiting, NeedsAttention],
            When(Declined).AwaitRetry(this).TransitionTo(Dunning),
            When(Missed).Remind(this).TransitionTo(Dunning),
            When(NeverReached).ChargeAgainSoon(this, clock).TransitionTo(Dunning),
            When(NotEnforced).AwaitNewFacts(this, x => x.Message.Reason).TransitionTo(Waiting),
            When(Held).Stop(this).TellHeld().TransitionTo(OnHold),
            When(Blocked).Stop(this).Alert(log).TransitionTo(NeedsAttention),
            When(Cleared).Stop(this).TellPaid()
                .IfElse(x => x.Message.CarriedOver, little => little.TransitionTo(CarriedOver), all => all.TransitionTo(Paid)),
            When(NothingOwed).Stop(this).TransitionTo(Ended),
            Ignore(Unknown));       // the inquiry follows it up; its answer comes as one of the outcomes above

        // Whoever is put on manual payment has time to pay; on hold, only the payment counts.
        During([Dunning, AwaitingPayment, Charging, Waiting, NeedsAttention], When(Awaited).AwaitPayment(this).TransitionTo(AwaitingPayment));

        // It waits for the day of the next try, or for the end of the time to pay.
        During([Dunning, AwaitingPayment],
            When(Retry.Received)
                .Then(x => x.Saga.DueAt = null)
                .Publish(x => new RetryCharge(x.Saga.CorrelationId, ChargeId: Guid.CreateVersion7(clock.GetUtcNow())))
                .TransitionTo(Charging),
            Ignore(ExtraFailed),    // the plan stays as it was
            Ignore(Skipped), Ignore(Postponed), Ignore(RetryFault), Ignore(NobodyKnows));

        // A try is under way, or its outcome is being found out.
        During(Charging,
            When(ExtraFailed).Resume(this, clock).TransitionTo(Dunning),        // it got ahead of the planned try, which is still to be made
            When(Skipped).AwaitNewFacts(this, x => x.Message.Reason).TransitionTo(Waiting),
            When(Postponed).Postpone(this, clock).TransitionTo(Dunning),
            When(RetryFault, x => !x.Message.Message.Uncounted).Stop(this).Alert(log).TransitionTo(NeedsAttention),
            When(NobodyKnows).Stop(this)
                .NamePerson(_ => "ChargeUnresolved: nobody knows whether the charge went through; find out at the gateway.")
                .TransitionTo(NeedsAttention),
            Ignore(Retry.Received));

        // The account is on hold until money or another payment method comes.
        During(OnHold,
            Ignore(Awaited),
            When(Postponed).Postpone(this, clock).TransitionTo(Dunning),
            When(RetryFault, x => !x.Message.Message.Uncounted).Stop(this).Alert(log).TransitionTo(NeedsAttention),
            Ignore(Retry.Received), Ignore(ExtraFailed), Ignore(Skipped), Ignore(NobodyKnows));

        // Nothing may be charged, such as of a closed account; the account's next change asks again.
        During(Waiting,
            When(Postponed).Postpone(this, clock).TransitionTo(Dunning),
            When(RetryFault, x => !x.Message.Message.Uncounted).Stop(this).Alert(log).TransitionTo(NeedsAttention),
            Ignore(Retry.Received), Ignore(ExtraFailed), Ignore(Skipped), Ignore(NobodyKnows));

        // It stands still by our own fault, until a person tries again.
        During(NeedsAttention,
            When(Skipped).AwaitNewFacts(this, x => x.Message.Reason).TransitionTo(Waiting),
            When(Postponed).Postpone(this, clock).TransitionTo(Dunning),
            When(ExtraFailed)
                .If(x => !x.Message.ByOurFault, mended => mended        // the gateway took the request again: the customer's bank said no, so the plan goes on
                    .Then(x => (x.Saga.NextTry, x.Saga.Reason) = (clock.GetUtcNow().AddDays(1), null))
                    .Resume(this, clock)
                    .TransitionTo(Dunning)),
            When(RetryFault, x => !x.Message.Message.Uncounted).Stop(this).Alert(log),
            Ignore(Retry.Received), Ignore(NobodyKnows));

        // Paid. What comes late finds its question answered; money of a charge that was thought lost is thanked for, by the one letter that the invoice has.
        During(Paid,
            When(Cleared).If(x => x.Message.ByCharge, charged => charged.TellPaid()),
            Ignore(NothingOwed));

        // Too little was left to be charged: it stands on the next invoice, and may be paid after all.
        During(CarriedOver,
            When(Cleared).If(x => !x.Message.CarriedOver, paid => paid.TellPaid().TransitionTo(Paid)),
            Ignore(NothingOwed));

        // Voided, corrected to nothing or written off: nobody collects it, and nobody thanks for it.
        During(Ended, Ignore(Cleared), Ignore(NothingOwed));

        During([Paid, CarriedOver, Ended],
            Ignore(Unknown), Ignore(Awaited), Ignore(Missed), Ignore(Declined), Ignore(NeverReached), Ignore(Held), Ignore(NotEnforced), Ignore(Blocked),
            Ignore(NobodyKnows), Ignore(ExtraFailed), Ignore(Skipped), Ignore(Postponed), Ignore(RetryFault), Ignore(Retry.Received));
    }

    /// <summary>Waits for the next dated try.</summary>
    public State Dunning { get; } = null!;

    /// <summary>The account pays by hand, and its time to pay runs.</summary>
    public State AwaitingPayment { get; } = null!;

    /// <summary>A try is under way, or its outcome is unknown and a <see cref="ChargeInquiry"/> asks for it.</summary>
    public State Charging { get; } = null!;

    /// <summary>The account's service is suspended until it pays.</summary>
    public State OnHold { get; } = null!;

    /// <summary>Nothing may be charged, such as of a closed account; the account's next change asks again.</summary>
    public State Waiting { get; } = null!;

    /// <summary>Stands still until a person acts, and was alerted.</summary>
    public State NeedsAttention { get; } = null!;

    public State Paid { get; } = null!;

    /// <summary>What is left is too little to charge, and stands on the next invoice.</summary>
    public State CarriedOver { get; } = null!;

    /// <summary>Nothing is owed on it any more, and nobody paid: voided, corrected to nothing or written off.</summary>
    public State Ended { get; } = null!;

    public Event<ChargeUnknown> Unknown { get; } = null!;
    public Event<ChargeNeverReached> NeverReached { get; } = null!;
    public Event<ChargeDeclined> Declined { get; } = null!;
    public Event<PaymentAwaited> Awaited { get; } = null!;
    public Event<PaymentMissed> Missed { get; } = null!;
    public Event<CollectionHeld> Held { get; } = null!;
    public Event<CollectionNotEnforced> NotEnforced { get; } = null!;
    public Event<CollectionBlocked> Blocked { get; } = null!;
    public Event<InvoiceCleared> Cleared { get; } = null!;
    public Event<CollectionEnded> NothingOwed { get; } = null!;
    public Event<NobodyKnows> NobodyKnows { get; } = null!;
    public Event<ExtraTryFailed> ExtraFailed { get; } = null!;
    public Event<RetrySkipped> Skipped { get; } = null!;
    public Event<RetryPostponed> Postponed { get; } = null!;
    public Event<Fault<RetryCharge>> RetryFault { get; } = null!;
    public Schedule<CollectionState, RetryDue> Retry { get; } = null!;
}
