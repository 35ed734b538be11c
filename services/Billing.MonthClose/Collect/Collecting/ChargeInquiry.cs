using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Gateway;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>
/// Finds out what became of one charge whose answer was lost. It asks the gateway on dated looks and never charges. What the answer means for the
/// invoice is booked by whoever hears it first; the inquiry only has to end.
/// <code>
///   unknown ──► Asking ──looks──► Known
///                  └──the last look in vain──► Unresolved: a person has to ask the gateway ──► Known
/// </code>
/// </summary>
public sealed class ChargeInquiry : MassTransitStateMachine<ChargeInquiryState>
{
    /// <summary>How long a look may take; a look that nobody answered is made again.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromHours(1);

    public ChargeInquiry(IOptions<GatewayOptions> gateway, TimeProvider clock)
    {
        InstanceState(x => x.CurrentState);
        Event(() => Unknown, x => x.CorrelateById(m => m.Message.ChargeId));
        Event(() => Resolved, x => x.CorrelateById(m => m.Message.ChargeId));
        Event(() => StillUnknown, x => x.CorrelateById(m => m.Message.ChargeId).OnMissingInstance(m => m.Discard()));
        Event(() => LookFailed, x => x.CorrelateById(m => m.Message.Message.ChargeId).OnMissingInstance(m => m.Discard()));
        Schedule(() => Look, x => x.LookToken, x => x.Received = e => e.CorrelateById(m => m.Message.ChargeId));
        var looks = gateway.Value.Looks;

        Initially(
            When(Unknown)
                .Then(x => (x.Saga.InvoiceId, x.Saga.AccountId, x.Saga.StartedAt) = (x.Message.InvoiceId, x.Message.AccountId, clock.GetUtcNow()))
                .AwaitLook(this, looks, clock)
                .TransitionTo(Asking),
            // The answer may be booked, and heard of, before the question.
            When(Resolved)
                .Then(x => (x.Saga.InvoiceId, x.Saga.AccountId, x.Saga.StartedAt) = (x.Message.InvoiceId, x.Message.AccountId, clock.GetUtcNow()))
                .TransitionTo(Known));

        During(Asking,
            When(Look.Received).LookAgainOrGiveUp(this, looks, ask => ask.Ask(this, clock)),
            When(StillUnknown).LookAgainOrGiveUp(this, looks, wait => wait.AwaitLook(this, looks, clock)),
            When(LookFailed).LookAgainOrGiveUp(this, looks, wait => wait.AwaitLook(this, looks, clock)),
            When(Resolved).StopLooking(this).TransitionTo(Known),
            Ignore(Unknown));

        // A person asks the gateway, by FindChargeOutcome or by hand; the timers are used up.
        During(Unresolved,
            When(Resolved).TransitionTo(Known),
            Ignore(Unknown), Ignore(Look.Received), Ignore(StillUnknown), Ignore(LookFailed));

        During(Known,
            Ignore(Unknown), Ignore(Resolved), Ignore(Look.Received), Ignore(StillUnknown), Ignore(LookFailed));
    }

    /// <summary>The gateway is asked from time to time. There is always a timer: for the next look, or for the answer to the last.</summary>
    public State Asking { get; } = null!;

    /// <summary>The gateway could not say within the last look: a person has to ask it, and was alerted.</summary>
    public State Unresolved { get; } = null!;

    /// <summary>The outcome is in the books.</summary>
    public State Known { get; } = null!;

    public Event<ChargeUnknown> Unknown { get; } = null!;
    public Event<ChargeResolved> Resolved { get; } = null!;
    public Event<StillUnknown> StillUnknown { get; } = null!;
    public Event<Fault<LookForCharge>> LookFailed { get; } = null!;
    public Schedule<ChargeInquiryState, LookDue> Look { get; } = null!;
}

/// <summary>The verbs of an inquiry.</summary>
static class ChargeInquiryVerbs
{
    public static EventActivityBinder<ChargeInquiryState, T> AwaitLook<T>(
        this EventActivityBinder<ChargeInquiryState, T> step, ChargeInquiry inquiry, IReadOnlyList<TimeSpan> looks, TimeProvider clock)
        where T : class =>
        step.Then(x => x.Saga.DueAt = clock.GetUtcNow() + looks[x.Saga.Looks]).StartTimer(inquiry);

    /// <summary>Asks, and waits for the answer no longer than <see cref="ChargeInquiry.AnswerWithin"/>.</summary>
    public static EventActivityBinder<ChargeInquiryState, T> Ask<T>(
        this EventActivityBinder<ChargeInquiryState, T> step, ChargeInquiry inquiry, TimeProvider clock)
        where T : class =>
        step.Then(x => (x.Saga.Looks, x.Saga.DueAt) = (x.Saga.Looks + 1, clock.GetUtcNow() + ChargeInquiry.AnswerWithin))
            .StartTimer(inquiry)
            .Publish(x => new LookForCharge(x.Saga.CorrelationId));

    public static EventActivityBinder<ChargeInquiryState, T> LookAgainOrGiveUp<T>(this EventActivityBinder<ChargeInquiryState, T> step, ChargeInquiry inquiry,
        IReadOnlyList<TimeSpan> looks, Func<EventActivityBinder<ChargeInquiryState, T>, EventActivityBinder<ChargeInquiryState, T>> again)
        where T : class =>
        step.IfElse(x => x.Saga.Looks < looks.Count, again, over => over
            .StopLooking(inquiry)
            .Publish(x => new NobodyKnows(x.Saga.CorrelationId, x.Saga.InvoiceId, x.Saga.AccountId))
            .TransitionTo(inquiry.Unresolved));

    public static EventActivityBinder<ChargeInquiryState, T> StopLooking<T>(this EventActivityBinder<ChargeInquiryState, T> step, ChargeInquiry inquiry)
        where T : class => step.Unschedule(inquiry.Look).Then(x => x.Saga.DueAt = null);

    static EventActivityBinder<ChargeInquiryState, T> StartTimer<T>(this EventActivityBinder<ChargeInquiryState, T> step, ChargeInquiry inquiry)
        where T : class => step.Schedule(inquiry.Look, x => new LookDue(x.Saga.CorrelationId), x => x.Saga.DueAt!.Value.UtcDateTime);
}
