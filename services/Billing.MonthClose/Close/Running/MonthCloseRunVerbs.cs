using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Alerting;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Collect.Collecting;
using MassTransit;

namespace Billing.MonthClose.Close.Running;

/// <summary>The verbs of a run.</summary>
static class MonthCloseRunVerbs
{
    const string AskAgain = "Mend the cause, then ask for the month again (StartMonthClose).";

    public static EventActivityBinder<RunState, BeginRun> Begin(this EventActivityBinder<RunState, BeginRun> step, TimeProvider clock) =>
        step.Then(x =>
            {
                x.Saga.Period = BillingPeriod.Parse(x.Message.Period).Number;
                x.Saga.RequestedBy = x.Message.RequestedBy;
                x.Saga.PreviewId = x.Message.PreviewId;
                x.Saga.StartedAt = clock.GetUtcNow();
            })
            .Activity(x => x.OfInstanceType<SnapshotPrices>());

    public static EventActivityBinder<RunState, T> SayStarted<T>(this EventActivityBinder<RunState, T> step, TimeProvider clock)
        where T : class => step.Publish(x => new MonthCloseStarted
        {
            RunId = x.Saga.CorrelationId,
            Period = x.Saga.PeriodText,
            StartedAt = clock.GetUtcNow(),
            RequestedBy = x.Saga.RequestedBy
        });

    /// <summary>Gives the places that are free to chunks that wait.</summary>
    public static EventActivityBinder<RunState, T> TopUp<T>(this EventActivityBinder<RunState, T> step)
        where T : class => step.Activity(x => x.OfInstanceType<TopUpChunks>());

    /// <summary>The chunk that ended leaves its place among those in flight.</summary>
    public static EventActivityBinder<RunState, ChunkEnded> FreePlace(this EventActivityBinder<RunState, ChunkEnded> step) =>
        step.ThenAsync(x => x.GetServiceOrCreateInstance<ChunkPlaces>().EndAsync(x.Message.ChunkId, x.CancellationToken));

    /// <summary>When no chunk waits or travels any more, the run has one outcome and makes one transition.</summary>
    public static EventActivityBinder<RunState, T> EndIfAllEnded<T>(this EventActivityBinder<RunState, T> step, MonthCloseRun run)
        where T : class =>
        step.Activity(x => x.OfInstanceType<EndRun>())
            .If(x => x.TryGetPayload<RunEnd>(out _), ended => ended.ThenAsync(x => x.TransitionToState(x.GetPayload<RunEnd>().State(run))));

    public static EventActivityBinder<RunState, CancelRun> Cancel(this EventActivityBinder<RunState, CancelRun> step) =>
        step.Then(x => x.Saga.CancelReason = x.Message.Reason)
            .Note("cancelled", x => x.Message.RequestedBy, x => x.Message.Reason)
            .If(x => x.Saga.CutDone, cut => cut.Publish(x => new CancelWaitingChunks(x.Saga.CorrelationId, x.Saga.Attempt)));

    public static EventActivityBinder<RunState, UnparkRun> Unpark(this EventActivityBinder<RunState, UnparkRun> step) =>
        step.Note("unparked", x => x.Message.RequestedBy, x => x.Message.ReasonCode)
            .Publish(x => new RechunkAccounts(x.Saga.CorrelationId, CloseStep.Parked, x.Message.AccountIds, x.Message.ReasonCode, x.Message.RequestedBy,
                x.Saga.Attempt));

    /// <summary>An ended run goes on with the accounts that were taken up. Told late, all of them may have travelled with others and ended already.</summary>
    public static EventActivityBinder<RunState, AccountsRechunked> TravelAgain(
        this EventActivityBinder<RunState, AccountsRechunked> step, MonthCloseRun run, TimeProvider clock) =>
        step.If(x => x.Message.Accounts > 0, some => some.TopUp().SayStarted(clock).TransitionTo(run.Running).EndIfAllEnded(run));

    /// <summary>A person takes the halted run up: everything that may have failed is asked for again, in a new attempt.</summary>
    public static EventActivityBinder<RunState, T> TakeUp<T>(this EventActivityBinder<RunState, T> step)
        where T : class =>
        step.Then(x => (x.Saga.HaltReason, x.Saga.Attempt) = (null, x.Saga.Attempt + 1))
            .Activity(x => x.OfInstanceType<ResumeRun>());

    public static EventActivityBinder<RunState, Fault<T>> Halt<T>(
        this EventActivityBinder<RunState, Fault<T>> step, MonthCloseRun run, Func<T, int> attempt)
        where T : class => step.Halt(run, x => attempt(x.Message.Message), _ => typeof(T).Name, x => x.Message.Why());

    /// <summary>Says which step failed and why, and calls a person, for each attempt anew.</summary>
    public static EventActivityBinder<RunState, T> Halt<T>(this EventActivityBinder<RunState, T> step, MonthCloseRun run,
        Func<BehaviorContext<RunState, T>, int> attempt, Func<BehaviorContext<RunState, T>, string> what, Func<BehaviorContext<RunState, T>, string> why)
        where T : class =>
        step.If(x => attempt(x) >= x.Saga.Attempt, failed => failed
            .Then(x => x.Saga.HaltReason = $"{what(x)} failed: {why(x)}".ShortenedTo(RunState.LongestReason))
            .Alert(AlertCode.RunHalted, x => $"The close of {x.Saga.PeriodText} stands still: {x.Saga.HaltReason} {AskAgain}",
                x => x.Saga.Attempt == 0 ? x.Saga.PeriodText : $"{x.Saga.PeriodText}, attempt {x.Saga.Attempt + 1}")
            .TransitionTo(run.Halted));

    public static EventActivityBinder<RunState, Fault<WriteReport>> NoteReportFailed(this EventActivityBinder<RunState, Fault<WriteReport>> step) =>
        step.Then(x => x.Saga.IsReportMissing = true)
            .Alert(AlertCode.ReportNotWritten,
                x => $"The report of {x.Saga.PeriodText} was not written: {x.Message.Why().ShortenedTo(RunState.LongestReason)} {AskAgain}");

    public static EventActivityBinder<RunState, BeginRun> ReportAgain(this EventActivityBinder<RunState, BeginRun> step) =>
        step.If(x => x.Saga.IsReportMissing, missing => missing.Then(x => x.Saga.IsReportMissing = false).Publish(x => new WriteReport(x.Saga.CorrelationId)));

    /// <summary>Says in the audit trail what a person did to the run.</summary>
    public static EventActivityBinder<RunState, T> Note<T>(
        this EventActivityBinder<RunState, T> step, string what,
        Func<BehaviorContext<RunState, T>, string?> by, Func<BehaviorContext<RunState, T>, string?>? why = null)
        where T : class =>
        step.ThenAsync(x =>
        {
            var audit = x.GetServiceOrCreateInstance<AuditTrail>();
            var entry = audit.Entry(null, AuditSubject.Run, x.Saga.PeriodText, what, why?.Invoke(x), new { State = x.Saga.CurrentState }, null, by(x));
            return audit.WriteAsync(entry, x.CancellationToken);
        });

    static EventActivityBinder<RunState, T> Alert<T>(
        this EventActivityBinder<RunState, T> step, string code, Func<BehaviorContext<RunState, T>, string> message,
        Func<BehaviorContext<RunState, T>, string>? subject = null)
        where T : class =>
        step.ThenAsync(x => x.GetServiceOrCreateInstance<Alerts>()
            .RaiseAsync(code, subject?.Invoke(x) ?? x.Saga.PeriodText, message(x), null, null, x.CancellationToken));
}

/// <summary>Left by <see cref="EndRun"/> for the transition: how the run has ended.</summary>
sealed record RunEnd(Func<MonthCloseRun, State> State);
