using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Identity;
using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Alerting;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Brakes;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Collect.Collecting;
using MassTransit;

namespace Billing.MonthClose.Close.Running;

/// <summary>The verbs of a run.</summary>
static class MonthCloseRunVerbs
{
    const string AskTheMonthAgain = "Mend the cause, then ask for the month again (StartMonthClose).";

    /// <summary>With a time for late usage the month is drafted first; one that was previewed has been looked at, and begins at once.</summary>
    public static EventActivityBinder<RunState, BeginRun> Begin(
        this EventActivityBinder<RunState, BeginRun> step, MonthCloseRun run, ClosingOptions options, TimeProvider clock) =>
        step.Then(x =>
            {
                x.Saga.Period = BillingPeriod.Parse(x.Message.Period).Number;
                x.Saga.RequestedBy = x.Message.RequestedBy;
                x.Saga.PreviewId = x.Message.PreviewId;
                x.Saga.StartedAt = clock.GetUtcNow();
                x.Saga.CancelReason = null;
            })
            .Activity(x => x.OfInstanceType<SnapshotPrices>())
            .IfElse(x => options.Grace > TimeSpan.Zero && x.Message.PreviewId is null,
                late => late
                    .Then(x => x.Saga.FinalAt = x.Saga.StartedAt + options.Grace)
                    .Note("drafted", x => x.Message.RequestedBy)
                    .Schedule(run.Grace, x => new GraceOver(x.Saga.CorrelationId), x => x.Saga.FinalAt!.Value.UtcDateTime)
                    .Publish(x => new BeginPreview(DraftId(x.Saga), x.Saga.PeriodText, x.Message.RequestedBy))
                    .Publish(x => new MonthCloseDrafted
                    {
                        RunId = x.Saga.CorrelationId,
                        Period = x.Saga.PeriodText,
                        FinalAt = x.Saga.FinalAt!.Value,
                        RequestedBy = x.Message.RequestedBy
                    })
                    .TransitionTo(run.Drafted),
                now => now.Note("started", x => x.Message.RequestedBy).StartCutting(run, clock));

    /// <summary>The drafts are shown as a preview of their month.</summary>
    static Guid DraftId(RunState run) => DeterministicGuid.Of($"draft:{run.PeriodText}:{run.StartedAt.UtcTicks}");

    public static EventActivityBinder<RunState, T> StartCutting<T>(this EventActivityBinder<RunState, T> step, MonthCloseRun run, TimeProvider clock)
        where T : class =>
        step.Then(x => x.Saga.FinalAt = null)
            .SayStarted(clock)
            .Publish(x => new CutChunks(x.Saga.CorrelationId, null, x.Saga.Attempt))
            .TransitionTo(run.Running);

    /// <summary>From this commit on nothing new is charged. What tripped a brake is told once, and a person is called.</summary>
    public static EventActivityBinder<RunState, StopCharges> Pause(this EventActivityBinder<RunState, StopCharges> step, TimeProvider clock) =>
        step.Then(x =>
            {
                (x.Saga.PausedAt, x.Saga.PausedBy) = (clock.GetUtcNow(), x.Message.RequestedBy);
                (x.Saga.PauseReason, x.Saga.PauseBrake) = (x.Message.Reason.ShortenedTo(RunState.LongestReason), x.Message.Brake);
            })
            .Note("paused", x => x.Message.RequestedBy ?? x.Message.Brake, x => x.Message.Reason)
            .If(x => x.Message.Brake is not null, brake => brake.Alert(AlertCode.RunPaused,
                x => $"The close of {x.Saga.PeriodText} is paused: {x.Saga.PauseReason} Look, then resume it (ResumeRun) or cancel it (CancelMonthClose).",
                x => $"{x.Saga.PeriodText}, attempt {x.Saga.Attempt + 1}"))
            .Publish(x => new RunPaused
            {
                RunId = x.Saga.CorrelationId,
                Period = x.Saga.PeriodText,
                Reason = x.Saga.PauseReason!,
                Brake = x.Message.Brake,
                Currency = x.Message.Currency,
                Limit = x.Message.Limit,
                Seen = x.Message.Seen,
                RequestedBy = x.Message.RequestedBy,
                PausedAt = x.Saga.PausedAt!.Value
            });

    /// <summary>A person has looked: the brakes judge by what comes from now on, and what stood is asked for again.</summary>
    public static EventActivityBinder<RunState, ContinueRun> Resume(this EventActivityBinder<RunState, ContinueRun> step, TimeProvider clock) =>
        step.Note("resumed", x => x.Message.RequestedBy, x => x.Message.Reason)
            .ThenAsync(async x => x.Saga.BrakesFrom = BrakeReader.ToText(
                await x.GetServiceOrCreateInstance<BrakeReader>().ReadAsync(x.Saga, null, x.CancellationToken)))
            .ForgetPause()
            .TakeUp()
            .Publish(x => new RunResumed
            {
                RunId = x.Saga.CorrelationId,
                Period = x.Saga.PeriodText,
                RequestedBy = x.Message.RequestedBy,
                ResumedAt = clock.GetUtcNow()
            });

    static EventActivityBinder<RunState, T> ForgetPause<T>(this EventActivityBinder<RunState, T> step)
        where T : class =>
        step.Then(x => (x.Saga.PausedAt, x.Saga.PausedBy, x.Saga.PauseReason, x.Saga.PauseBrake) = (null, null, null, null));

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
            .If(x => x.TryGetPayload<RunEnd>(out _), ended => ended.ForgetPause().ThenAsync(x => x.TransitionToState(x.GetPayload<RunEnd>().State(run))));

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
        step.Then(x => x.Saga.Attempt++).Activity(x => x.OfInstanceType<AskAgain>()).Then(x => x.Saga.HaltReason = null);

    public static EventActivityBinder<RunState, Fault<T>> Halt<T>(
        this EventActivityBinder<RunState, Fault<T>> step, MonthCloseRun run, Func<T, int> attempt)
        where T : class => step.Halt(run, x => attempt(x.Message.Message), _ => typeof(T).Name, x => x.Message.Why());

    /// <summary>Says which step failed and why, and calls a person, for each attempt anew.</summary>
    public static EventActivityBinder<RunState, T> Halt<T>(this EventActivityBinder<RunState, T> step, MonthCloseRun run,
        Func<BehaviorContext<RunState, T>, int> attempt, Func<BehaviorContext<RunState, T>, string> what, Func<BehaviorContext<RunState, T>, string> why)
        where T : class =>
        step.If(x => attempt(x) >= x.Saga.Attempt, failed => failed.SayFailed(what, why, AskTheMonthAgain).TransitionTo(run.Halted));

    /// <summary>A step that fails while the run is paused: resuming asks for it again.</summary>
    public static EventActivityBinder<RunState, Fault<T>> NoteFailed<T>(this EventActivityBinder<RunState, Fault<T>> step, Func<T, int> attempt)
        where T : class => step.NoteFailed(x => attempt(x.Message.Message), _ => typeof(T).Name, x => x.Message.Why());

    public static EventActivityBinder<RunState, T> NoteFailed<T>(this EventActivityBinder<RunState, T> step,
        Func<BehaviorContext<RunState, T>, int> attempt, Func<BehaviorContext<RunState, T>, string> what, Func<BehaviorContext<RunState, T>, string> why)
        where T : class =>
        step.If(x => attempt(x) >= x.Saga.Attempt, failed => failed.SayFailed(what, why, "Mend the cause, then resume the run (ResumeRun)."));

    static EventActivityBinder<RunState, T> SayFailed<T>(this EventActivityBinder<RunState, T> step,
        Func<BehaviorContext<RunState, T>, string> what, Func<BehaviorContext<RunState, T>, string> why, string next)
        where T : class =>
        step.Then(x => x.Saga.HaltReason = $"{what(x)} failed: {why(x)}".ShortenedTo(RunState.LongestReason))
            .Alert(AlertCode.RunHalted, x => $"The close of {x.Saga.PeriodText} stands still: {x.Saga.HaltReason} {next}",
                x => x.Saga.Attempt == 0 ? x.Saga.PeriodText : $"{x.Saga.PeriodText}, attempt {x.Saga.Attempt + 1}");

    public static EventActivityBinder<RunState, Fault<WriteReport>> NoteReportFailed(this EventActivityBinder<RunState, Fault<WriteReport>> step) =>
        step.Then(x => x.Saga.IsReportMissing = true)
            .Alert(AlertCode.ReportNotWritten,
                x => $"The report of {x.Saga.PeriodText} was not written: {x.Message.Why().ShortenedTo(RunState.LongestReason)} {AskTheMonthAgain}");

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
