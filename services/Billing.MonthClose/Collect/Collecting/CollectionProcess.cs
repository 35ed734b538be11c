using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Gateway;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>
/// Follows an invoice until it is paid: finds out what is unknown, tries again on dated days, waits for a payment while the account is on hold.
/// Its timers are messages with a due time, kept in the transaction that sets them. Every road out of a try ends in a state that has a timer, or
/// that says what it waits for:
/// <code>
///   refused ──► Dunning ──timer──► Charging ──► paid · refused again · on hold · unknown
///                  ▲                  ├──► Dunning          our outage, or too often today: again soon
///                  │                  ├──► Suspended        nothing may be charged: until the account's facts change
///                  └── a person ◄─────┴──► NeedsAttention   our fault: until a person acts
///   unknown ──► Asking ──looks──► paid · refused · Unresolved
/// </code>
/// Whoever else charges the invoice (a person, a new payment method) does so beside it; it only hears of the outcome.
/// </summary>
public sealed class CollectionProcess : MassTransitStateMachine<CollectionState>
{
    public CollectionProcess(IOptions<GatewayOptions> gateway, TimeProvider clock, ILogger<CollectionProcess> log)
    {
        InstanceState(x => x.CurrentState);
        Event(() => Unknown, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => NeverReached, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Declined, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Held, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => NotEnforced, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Blocked, x => x.CorrelateById(m => m.Message.InvoiceId));
        // most invoices are paid without ever being collected
        Event(() => Settled, x => x.CorrelateById(m => m.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Event(() => Ended, x => x.CorrelateById(m => m.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Event(() => NotYetKnown, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => ExtraFailed, x => x.CorrelateById(m => m.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Event(() => Skipped, x => x.CorrelateById(m => m.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Event(() => Postponed, x => x.CorrelateById(m => m.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Event(() => RetryFault, x => x.CorrelateById(m => m.Message.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Event(() => LookFault, x => x.CorrelateById(m => m.Message.Message.InvoiceId).OnMissingInstance(m => m.Discard()));
        Schedule(() => Look, x => x.LookToken, x => x.Received = e => e.CorrelateById(m => m.Message.InvoiceId));
        Schedule(() => Retry, x => x.RetryToken, x => x.Received = e => e.CorrelateById(m => m.Message.InvoiceId));
        var looks = gateway.Value.Looks;

        Initially(
            When(Unknown).Begin(x => x.AccountId, clock).AwaitLook(this, looks, clock).TransitionTo(Asking),
            When(Declined).Begin(x => x.AccountId, clock).AwaitRetry(this).TransitionTo(Dunning),
            When(NeverReached).Begin(x => x.AccountId, clock).ChargeAgainSoon(this, clock).TransitionTo(Dunning),
            When(Held).Begin(x => x.AccountId, clock).TellHeld().TransitionTo(OnHold),
            When(NotEnforced).Begin(x => x.AccountId, clock).Then(x => x.Saga.Reason = x.Message.Reason).TransitionTo(Suspended),
            When(Blocked).Begin(x => x.AccountId, clock).Alert(log).TransitionTo(NeedsAttention));

        During(Asking,
            When(Look.Received)
                .Then(x => (x.Saga.Looks, x.Saga.DueAt) = (x.Saga.Looks + 1, null))
                .Publish(x => new LookForCharge(x.Saga.CorrelationId)),
            AfterLook(When(NotYetKnown), looks, clock),
            AfterLook(When(LookFault), looks, clock),
            // Paid another way while nobody knows whether the charge went through as well: that is still to be found out.
            When(Settled)
                .TellPaid()
                .If(x => x.Message.ByCharge, known => known.Stop(this).TransitionTo(Paid)),
            When(ExtraFailed)
                .Unschedule(Look)
                .IfElse(x => x.Saga.CameFrom == nameof(OnHold), held => held.Then(x => x.Saga.DueAt = null).TransitionTo(OnHold), free => free
                    .IfElse(x => x.Saga.CameFrom == nameof(Suspended), kept => kept.Then(x => x.Saga.DueAt = null).TransitionTo(Suspended), other => other
                        .Resume(this, clock).TransitionTo(Dunning))));

        // A try's outcome may be any of these; it finds the collection wherever it was.
        During([Asking, Unresolved, Dunning, Charging, OnHold, Suspended, NeedsAttention],
            When(Declined).Unschedule(Look).AwaitRetry(this).TransitionTo(Dunning),
            When(NeverReached).Unschedule(Look).ChargeAgainSoon(this, clock).TransitionTo(Dunning),
            When(NotEnforced).Stop(this).Then(x => x.Saga.Reason = x.Message.Reason).TransitionTo(Suspended),
            When(Held).Stop(this).TellHeld().TransitionTo(OnHold));
        During([Unresolved, Dunning, Charging, OnHold, Suspended, NeedsAttention],
            When(Settled)
                .Stop(this)
                .TellPaid()
                .IfElse(x => x.Message.CarriedOver, little => little.TransitionTo(CarriedOver), all => all.TransitionTo(Paid)));
        During([Unresolved, Dunning, Charging, OnHold, Suspended, NeedsAttention, Paid, CarriedOver],     // paid, while a try was under way
            When(Unknown).Unschedule(Retry).Then(x => x.Saga.CameFrom = x.Saga.CurrentState).AwaitLook(this, looks, clock).TransitionTo(Asking));

        // Nobody collects what is owed no more, and nobody thanks for it. A charge that is unknown is still looked for: its money may have been taken.
        During([Unresolved, Dunning, Charging, OnHold, Suspended, NeedsAttention],
            When(Ended).Stop(this).TransitionTo(Paid));
        During([Asking, Paid, CarriedOver], Ignore(Ended));

        During(Dunning,
            When(Retry.Received)
                .Then(x => x.Saga.DueAt = null)
                .Publish(x => new RetryCharge(x.Saga.CorrelationId, ChargeId: Guid.CreateVersion7(clock.GetUtcNow())))
                .TransitionTo(Charging));
        During(Charging,
            When(ExtraFailed).Resume(this, clock).TransitionTo(Dunning));       // it got ahead of the planned try, which is still to be made
        During(NeedsAttention,
            When(ExtraFailed)
                .If(x => !x.Message.ByOurFault, mended => mended        // the gateway took the request again: the customer's bank said no, so the plan goes on
                    .Then(x => (x.Saga.NextTry, x.Saga.Reason) = (clock.GetUtcNow().AddDays(1), null))
                    .Resume(this, clock)
                    .TransitionTo(Dunning)));

        // A try that made no charge says so. It is the plan's own, or that of an account whose facts changed.
        During([Charging, NeedsAttention],
            When(Skipped).Then(x => (x.Saga.DueAt, x.Saga.Reason) = (null, x.Message.Reason)).TransitionTo(Suspended));
        During([Charging, OnHold, Suspended, NeedsAttention],
            When(Postponed).Then(x => x.Saga.NextTry = x.Message.Until).Resume(this, clock).TransitionTo(Dunning),
            When(RetryFault, x => !x.Message.Message.Uncounted).Stop(this)
                .Alert(log, x => ("StepFailed", $"The try failed before any answer: {x.Message.Exceptions.FirstOrDefault()?.Message ?? "no reason was given"}"))
                .TransitionTo(NeedsAttention));
        During([Dunning, Charging, OnHold, Suspended, NeedsAttention],
            When(Blocked).Stop(this).Alert(log).TransitionTo(NeedsAttention));

        // A deadline is a message, and the state decides whether it still matters. What comes late finds its question answered.
        During([Unresolved, Dunning, Charging, OnHold, Suspended, NeedsAttention, Paid, CarriedOver], Ignore(Look.Received), Ignore(NotYetKnown),
            Ignore(LookFault));
        During([Asking, Unresolved, Charging, OnHold, Suspended, NeedsAttention, Paid, CarriedOver], Ignore(Retry.Received));
        During([Asking, Unresolved, Dunning, OnHold, Suspended, Paid, CarriedOver], Ignore(Skipped));
        During([Asking, Unresolved, Dunning, Paid, CarriedOver], Ignore(Postponed), Ignore(RetryFault));
        During([Unresolved, Dunning, OnHold, Suspended, Paid, CarriedOver], Ignore(ExtraFailed));
        During([Asking, Unresolved, Paid, CarriedOver], Ignore(Blocked));
        During(Asking, Ignore(Unknown));
        During([Paid, CarriedOver], Ignore(Declined), Ignore(NeverReached), Ignore(Held), Ignore(NotEnforced));
        During(Paid, Ignore(Settled));
        During(CarriedOver, When(Settled).If(x => !x.Message.CarriedOver, paid => paid.TellPaid().TransitionTo(Paid)));
    }

    /// <summary>The outcome of a charge is unknown; the gateway is asked from time to time.</summary>
    public State Asking { get; } = null!;

    /// <summary>The gateway could not say within the last look: a person has to ask it.</summary>
    public State Unresolved { get; } = null!;

    /// <summary>Waits for the next dated try.</summary>
    public State Dunning { get; } = null!;

    /// <summary>The dated try is under way.</summary>
    public State Charging { get; } = null!;

    /// <summary>Nothing may be charged, such as on manual payment; the account's next change asks again.</summary>
    public State Suspended { get; } = null!;

    /// <summary>Stands still by our own fault, until a person tries again.</summary>
    public State NeedsAttention { get; } = null!;

    public State OnHold { get; } = null!;

    /// <summary>What is left is too little to charge, and stands on the next invoice.</summary>
    public State CarriedOver { get; } = null!;

    public State Paid { get; } = null!;

    public Event<ChargeUnknown> Unknown { get; } = null!;
    public Event<ChargeNeverReached> NeverReached { get; } = null!;
    public Event<ChargeDeclined> Declined { get; } = null!;
    public Event<CollectionHeld> Held { get; } = null!;
    public Event<CollectionSuspended> NotEnforced { get; } = null!;
    public Event<CollectionBlocked> Blocked { get; } = null!;
    public Event<InvoiceSettled> Settled { get; } = null!;
    public Event<CollectionEnded> Ended { get; } = null!;
    public Event<StillUnknown> NotYetKnown { get; } = null!;
    public Event<ExtraTryFailed> ExtraFailed { get; } = null!;
    public Event<RetrySkipped> Skipped { get; } = null!;
    public Event<RetryPostponed> Postponed { get; } = null!;
    public Event<Fault<RetryCharge>> RetryFault { get; } = null!;
    public Event<Fault<LookForCharge>> LookFault { get; } = null!;
    public Schedule<CollectionState, LookDue> Look { get; } = null!;
    public Schedule<CollectionState, RetryDue> Retry { get; } = null!;

    EventActivityBinder<CollectionState, T> AfterLook<T>(EventActivityBinder<CollectionState, T> step, IReadOnlyList<TimeSpan> looks, TimeProvider clock)
        where T : class =>
        step.IfElse(x => x.Saga.Looks < looks.Count, again => again.AwaitNextLook(this, looks, clock), over => over
            .Publish(x => new NobodyKnows(x.Saga.CorrelationId, x.Saga.AccountId))
            .TransitionTo(Unresolved));
}
