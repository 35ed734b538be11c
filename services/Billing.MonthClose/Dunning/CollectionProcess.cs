using Billing.MonthClose.Charging;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Dunning;

/// <summary>
/// Follows an invoice until it is paid: finds out what is unknown, tries again on dated days, waits for a payment while the account is on hold.
/// Its timers are messages with a due time, kept in the transaction that sets them.
/// </summary>
public sealed class CollectionProcess : MassTransitStateMachine<CollectionState>
{
    public CollectionProcess(IOptions<GatewayOptions> gateway, TimeProvider clock)
    {
        InstanceState(x => x.CurrentState);
        Event(() => Unknown, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Declined, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => NotMade, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Held, x => x.CorrelateById(m => m.Message.InvoiceId));
        Event(() => Settled, x =>
        {
            x.CorrelateById(m => m.Message.InvoiceId);
            x.OnMissingInstance(m => m.Discard());      // most invoices are paid without ever being collected
        });
        Event(() => NotYetKnown, x => x.CorrelateById(m => m.Message.InvoiceId));
        Schedule(() => Look, x => x.LookToken, x => x.Received = e => e.CorrelateById(m => m.Message.InvoiceId));
        Schedule(() => Retry, x => x.RetryToken, x => x.Received = e => e.CorrelateById(m => m.Message.InvoiceId));
        var looks = gateway.Value.Looks;

        Initially(
            When(Unknown)
                .Then(x => x.Saga.AccountId = x.Message.AccountId)
                .Then(x => x.Saga.DueAt = clock.GetUtcNow() + looks[0])
                .Schedule(Look, x => new LookDue(x.Saga.CorrelationId), x => x.Saga.DueAt!.Value.UtcDateTime)
                .TransitionTo(Asking),
            When(Declined)
                .Then(x => x.Saga.AccountId = x.Message.AccountId)
                .AwaitRetry(this)
                .TransitionTo(Dunning),
            When(NotMade)
                .Then(x => x.Saga.AccountId = x.Message.AccountId)
                .ChargeAgain(this)
                .TransitionTo(Dunning),
            When(Held)
                .Then(x => x.Saga.AccountId = x.Message.AccountId)
                .Tell("account-held")
                .TransitionTo(OnHold));

        During(Asking,
            When(Look.Received)
                .Then(x => (x.Saga.Looks, x.Saga.DueAt) = (x.Saga.Looks + 1, null))
                .Publish(x => new LookForCharge(x.Saga.CorrelationId)),
            When(NotYetKnown)
                .IfElse(x => x.Saga.Looks < looks.Count,
                    again => again
                        .Then(x => x.Saga.DueAt = clock.GetUtcNow() + looks[x.Saga.Looks])
                        .Schedule(Look, x => new LookDue(x.Saga.CorrelationId), x => x.Saga.DueAt!.Value.UtcDateTime),
                    over => over.TransitionTo(Unresolved)),
            // Paid another way while nobody knows whether the charge went through as well: that is still to be found out.
            When(Settled)
                .Tell("receipt")
                .If(x => x.Message.ByCharge, known => known
                    .Unschedule(Look)
                    .Then(x => x.Saga.DueAt = null)
                    .TransitionTo(Paid)),
            Ignore(Unknown));

        // A retry's outcome may be any of the three; it finds the collection wherever it was.
        During([Asking, Unresolved, Dunning, OnHold],
            When(Declined)
                .Unschedule(Look)
                .AwaitRetry(this)
                .TransitionTo(Dunning),
            When(NotMade)
                .Unschedule(Look)
                .ChargeAgain(this)
                .TransitionTo(Dunning),
            When(Held)
                .Unschedule(Look).Unschedule(Retry)
                .Then(x => x.Saga.DueAt = null)
                .Tell("account-held")
                .TransitionTo(OnHold));
        During([Unresolved, Dunning, OnHold],
            When(Settled)
                .Unschedule(Look).Unschedule(Retry)
                .Then(x => x.Saga.DueAt = null)
                .Tell("receipt")
                .TransitionTo(Paid));

        During(Dunning,
            When(Retry.Received)
                .Then(x => x.Saga.DueAt = null)
                .Publish(x => new RetryCharge(x.Saga.CorrelationId)));
        During([Dunning, OnHold, Unresolved, Paid],     // paid, while a retry was under way
            When(Unknown)
                .Unschedule(Retry)
                .Then(x => (x.Saga.Looks, x.Saga.DueAt) = (0, clock.GetUtcNow() + looks[0]))
                .Schedule(Look, x => new LookDue(x.Saga.CorrelationId), x => x.Saga.DueAt!.Value.UtcDateTime)
                .TransitionTo(Asking));

        // A deadline is a message, and the state decides whether it still matters.
        During([Dunning, OnHold, Unresolved, Paid], Ignore(Look.Received), Ignore(NotYetKnown));
        During([Asking, OnHold, Unresolved, Paid], Ignore(Retry.Received));
        During(Paid, Ignore(Declined), Ignore(NotMade), Ignore(Held), Ignore(Settled));
    }

    /// <summary>The outcome of a charge is unknown; the gateway is asked from time to time.</summary>
    public State Asking { get; } = null!;

    /// <summary>The gateway could not say within the last look: a person has to ask it.</summary>
    public State Unresolved { get; } = null!;

    public State Dunning { get; } = null!;
    public State OnHold { get; } = null!;
    public State Paid { get; } = null!;

    public Event<ChargeUnknown> Unknown { get; } = null!;
    public Event<ChargeDeclined> Declined { get; } = null!;
    public Event<ChargeNotMade> NotMade { get; } = null!;
    public Event<CollectionHeld> Held { get; } = null!;
    public Event<InvoiceSettled> Settled { get; } = null!;
    public Event<StillUnknown> NotYetKnown { get; } = null!;
    public Schedule<CollectionState, LookDue> Look { get; } = null!;
    public Schedule<CollectionState, RetryDue> Retry { get; } = null!;
}

static class CollectionVerbs
{
    public static EventActivityBinder<CollectionState, ChargeDeclined> AwaitRetry(this EventActivityBinder<CollectionState, ChargeDeclined> step, CollectionProcess collection) =>
        step.Then(x => (x.Saga.Attempt, x.Saga.DueAt) = (x.Message.Attempt, x.Message.RetryAt))
            .Schedule(collection.Retry, x => new RetryDue(x.Saga.CorrelationId), x => x.Message.RetryAt.UtcDateTime)
            .Tell("payment-failed");

    public static EventActivityBinder<CollectionState, ChargeNotMade> ChargeAgain(this EventActivityBinder<CollectionState, ChargeNotMade> step, CollectionProcess collection) =>
        step.Then(x => x.Saga.DueAt = x.Message.AgainAt)
            .Schedule(collection.Retry, x => new RetryDue(x.Saga.CorrelationId), x => x.Message.AgainAt.UtcDateTime);

    public static EventActivityBinder<CollectionState, T> Tell<T>(this EventActivityBinder<CollectionState, T> step, string template)
        where T : class => step.Publish(x => new TellCustomer(x.Saga.CorrelationId, template, x.Saga.Attempt));
}
