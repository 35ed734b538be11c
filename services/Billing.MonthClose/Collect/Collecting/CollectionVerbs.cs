using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Close.Running;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>The verbs of a collection, named for the business.</summary>
static class CollectionVerbs
{
    /// <summary>Growing, so that an outage of hours is not asked about every five minutes; the last one repeats.</summary>
    static readonly TimeSpan[] AfterOutage = [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(6)];

    public static EventActivityBinder<CollectionState, T> Begin<T>(
        this EventActivityBinder<CollectionState, T> step, Func<T, string> accountId, TimeProvider clock)
        where T : class => step.Then(x => (x.Saga.AccountId, x.Saga.StartedAt) = (accountId(x.Message), clock.GetUtcNow()));

    public static EventActivityBinder<CollectionState, ChargeDeclined> AwaitRetry(
        this EventActivityBinder<CollectionState, ChargeDeclined> step, Collection collection) =>
        step.Then(x => (x.Saga.Attempt, x.Saga.Cycle) = (x.Message.Attempt, x.Message.Cycle))
            .PlanNext(collection, x => x.RetryAt)
            .If(x => !x.Message.Silent, told => told.Tell(x => x.Message.IsLast ? "payment-last-try" : "payment-retry", x => x.Message.RetryAt));

    public static EventActivityBinder<CollectionState, PaymentAwaited> AwaitPayment(
        this EventActivityBinder<CollectionState, PaymentAwaited> step, Collection collection) =>
        step.PlanNext(collection, x => x.Until);

    public static EventActivityBinder<CollectionState, PaymentMissed> Remind(
        this EventActivityBinder<CollectionState, PaymentMissed> step, Collection collection) =>
        step.Then(x => (x.Saga.Attempt, x.Saga.Cycle) = (x.Message.Attempt, x.Message.Cycle))
            .PlanNext(collection, x => x.NextAt)
            .Tell(x => x.Message.IsLast ? "payment-last-reminder" : "payment-reminder", x => x.Message.NextAt);

    /// <summary>The plan goes on at that instant; what stood in its way is over.</summary>
    static EventActivityBinder<CollectionState, T> PlanNext<T>(
        this EventActivityBinder<CollectionState, T> step, Collection collection, Func<T, DateTimeOffset> at)
        where T : class =>
        step.Then(x =>
            {
                (x.Saga.Outages, x.Saga.Reason) = (0, null);
                x.Saga.NextTry = x.Saga.DueAt = at(x.Message);
            })
            .Schedule(collection.Retry, x => new RetryDue(x.Saga.CorrelationId), x => at(x.Message).UtcDateTime);

    public static EventActivityBinder<CollectionState, ChargeNeverReached> ChargeAgainSoon(
        this EventActivityBinder<CollectionState, ChargeNeverReached> step, Collection collection, TimeProvider clock) =>
        step.Then(x => x.Saga.NextTry = clock.GetUtcNow() + AfterOutage[Math.Min(x.Saga.Outages++, AfterOutage.Length - 1)])
            .Resume(collection, clock);

    /// <summary>The planned try is made when it was planned; one whose time has passed, now.</summary>
    public static EventActivityBinder<CollectionState, T> Resume<T>(
        this EventActivityBinder<CollectionState, T> step, Collection collection, TimeProvider clock)
        where T : class =>
        step.Then(x => x.Saga.DueAt = x.Saga.NextTry is { } planned && planned > clock.GetUtcNow() ? planned : clock.GetUtcNow())
            .Schedule(collection.Retry, x => new RetryDue(x.Saga.CorrelationId), x => x.Saga.DueAt!.Value.UtcDateTime);

    public static EventActivityBinder<CollectionState, T> Stop<T>(this EventActivityBinder<CollectionState, T> step, Collection collection)
        where T : class =>
        step.Unschedule(collection.Retry).Then(x => (x.Saga.DueAt, x.Saga.Reason) = (null, null));

    public static EventActivityBinder<CollectionState, CollectionHeld> TellHeld(this EventActivityBinder<CollectionState, CollectionHeld> step) =>
        step.Then(x => (x.Saga.Attempt, x.Saga.Cycle) = (x.Message.Attempt, x.Message.Cycle))
            .Tell(_ => "account-held")
            .If(x => x.Message.Hard, needed => needed.Tell(_ => "payment-method-needed"));

    /// <summary>What was carried over was not paid: no receipt for it.</summary>
    public static EventActivityBinder<CollectionState, InvoiceCleared> TellPaid(this EventActivityBinder<CollectionState, InvoiceCleared> step) =>
        step.If(x => !x.Message.CarriedOver, paid => paid.Tell(_ => "receipt"));

    public static EventActivityBinder<CollectionState, RetryPostponed> Postpone(
        this EventActivityBinder<CollectionState, RetryPostponed> step, Collection collection, TimeProvider clock) =>
        step.Then(x => x.Saga.NextTry = x.Message.Until).Resume(collection, clock);

    /// <summary>No timer: the account's next change asks again.</summary>
    public static EventActivityBinder<CollectionState, T> AwaitNewFacts<T>(
        this EventActivityBinder<CollectionState, T> step, Collection collection, Func<BehaviorContext<CollectionState, T>, string> why)
        where T : class => step.Stop(collection).Then(x => x.Saga.Reason = why(x));

    public static EventActivityBinder<CollectionState, CollectionBlocked> Alert(
        this EventActivityBinder<CollectionState, CollectionBlocked> step, ILogger log) =>
        step.Alert(log, x => (x.Message.ReasonCode, x.Message.Reason));

    public static EventActivityBinder<CollectionState, Fault<RetryCharge>> Alert(
        this EventActivityBinder<CollectionState, Fault<RetryCharge>> step, ILogger log) =>
        step.Alert(log, x => ("StepFailed", $"The try failed before any answer: {x.Message.Why()}"));

    static EventActivityBinder<CollectionState, T> Alert<T>(
        this EventActivityBinder<CollectionState, T> step, ILogger log, Func<BehaviorContext<CollectionState, T>, (string Code, string Reason)> why)
        where T : class =>
        step.NamePerson(x => why(x) is var (code, reason) ? $"{code}: {reason}" : "")
            .Then(x => log.CollectionNeedsAttention(x.Saga.CorrelationId, x.Saga.AccountId, x.Saga.Reason))
            .Publish(x => new CollectionNeedsAttention
            {
                InvoiceId = x.Saga.CorrelationId,
                AccountId = x.Saga.AccountId,
                ReasonCode = why(x).Code,
                Reason = why(x).Reason
            });

    /// <summary>Says why it stands still until a person acts.</summary>
    public static EventActivityBinder<CollectionState, T> NamePerson<T>(
        this EventActivityBinder<CollectionState, T> step, Func<BehaviorContext<CollectionState, T>, string> why)
        where T : class => step.Then(x => x.Saga.Reason = why(x).ShortenedTo(CollectionState.LongestReason));

    /// <summary>One letter for each (invoice, template, attempt); a new schedule counts its attempts anew, and its letters apart.</summary>
    public static EventActivityBinder<CollectionState, T> Tell<T>(this EventActivityBinder<CollectionState, T> step,
        Func<BehaviorContext<CollectionState, T>, string> template, Func<BehaviorContext<CollectionState, T>, DateTimeOffset>? nextTry = null)
        where T : class => step.Publish(x => new TellCustomer(x.Saga.CorrelationId, template(x), x.Saga.Cycle * 1000 + x.Saga.Attempt, nextTry?.Invoke(x)));
}
