using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using MassTransit;

namespace Billing.MonthClose.Close.Running;

/// <summary>Steers one month: cuts the accounts into chunks, keeps a bounded number of them in flight, and says when all have ended.</summary>
public sealed class MonthCloseRun : MassTransitStateMachine<RunState>
{
    public MonthCloseRun(TimeProvider clock)
    {
        InstanceState(x => x.CurrentState);
        Event(() => Asked, x => x.CorrelateById(m => RunState.IdOf(m.Message.Period)));
        Event(() => Cut, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => ChunkEnded, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => CancelAsked, x => NeedsRun(x.CorrelateById(m => RunState.IdOf(m.Message.Period))));
        Event(() => UnparkAsked, x => NeedsRun(x.CorrelateById(m => RunState.IdOf(m.Message.Period))));
        Event(() => Rechunked, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => WaitingCancelled, x => x.CorrelateById(m => m.Message.RunId));

        Initially(
            When(Asked)
                .Then(x =>
                {
                    x.Saga.Period = BillingPeriod.Parse(x.Message.Period).Number;
                    x.Saga.RequestedBy = x.Message.RequestedBy;
                    x.Saga.StartedAt = clock.GetUtcNow();
                })
                .Activity(x => x.OfInstanceType<SnapshotPrices>())
                .Note("started", x => x.Message.RequestedBy)
                .Publish(x => SaysStarted(x.Saga, x.Message.RequestedBy, x.Saga.StartedAt))
                .Publish(x => new CutChunks(x.Saga.CorrelationId, null))
                .TransitionTo(Running));

        During(Running,
            When(Cut)
                .Then(x => (x.Saga.CutThrough, x.Saga.CutDone) = (x.Message.LastAccountId, x.Message.Done))
                .If(x => !x.Message.Done, more => more.Publish(x => new CutChunks(x.Saga.CorrelationId, x.Message.LastAccountId)))
                .Activity(x => x.OfInstanceType<TopUpChunks>())
                .Activity(x => x.OfInstanceType<EndRun>())
                .TransitionWhenEnded(this),
            When(ChunkEnded)
                .Activity(x => x.OfInstanceType<TopUpChunks>())
                .Activity(x => x.OfInstanceType<EndRun>())
                .TransitionWhenEnded(this),
            When(CancelAsked)
                .Then(x => x.Saga.CancelReason = x.Message.Reason)
                .Note("cancelled", x => x.Message.RequestedBy, x => x.Message.Reason)
                .If(x => x.Saga.CutDone, cut => cut.Publish(x => new CancelWaitingChunks(x.Saga.CorrelationId)))
                .TransitionTo(Cancelling),
            Ignore(Asked));                                     // asking again joins the run that is there

        // What is in flight comes to its end; what waits is cancelled, once all of it is cut, so that no account is forgotten.
        During(Cancelling,
            When(Cut)
                .Then(x => (x.Saga.CutThrough, x.Saga.CutDone) = (x.Message.LastAccountId, x.Message.Done))
                .IfElse(x => x.Message.Done,
                    done => done.Publish(x => new CancelWaitingChunks(x.Saga.CorrelationId)),
                    more => more.Publish(x => new CutChunks(x.Saga.CorrelationId, x.Message.LastAccountId))),
            When(WaitingCancelled)
                .Activity(x => x.OfInstanceType<EndRun>())
                .TransitionWhenEnded(this),
            When(ChunkEnded)
                .Activity(x => x.OfInstanceType<EndRun>())
                .TransitionWhenEnded(this),
            Ignore(Asked), Ignore(CancelAsked));

        During(Cancelled,
            When(Asked)                                         // started again: the cancelled accounts are taken up
                .Then(x => x.Saga.CancelReason = null)
                .Note("started again", x => x.Message.RequestedBy)
                .Publish(x => new RechunkAccounts(x.Saga.CorrelationId, CloseStep.Cancelled, null, null, x.Message.RequestedBy)));

        During([Running, Cancelled, Completed],
            When(UnparkAsked)
                .Note("unparked", x => x.Message.RequestedBy, x => x.Message.ReasonCode)
                .Publish(x => new RechunkAccounts(x.Saga.CorrelationId, CloseStep.Parked, x.Message.AccountIds, x.Message.ReasonCode, x.Message.RequestedBy)),
            When(Rechunked)
                .If(x => x.Message.Accounts > 0, some => some
                    .Activity(x => x.OfInstanceType<TopUpChunks>())
                    .Publish(x => SaysStarted(x.Saga, x.Saga.RequestedBy, clock.GetUtcNow()))
                    .TransitionTo(Running)
                    // told late, all of them may have travelled with others and ended already: nothing more would end the run
                    .Activity(x => x.OfInstanceType<EndRun>())
                    .TransitionWhenEnded(this)));

        During([Cancelled, Completed, Succeeded], Ignore(Cut), Ignore(ChunkEnded), Ignore(CancelAsked), Ignore(WaitingCancelled));
        During([Completed, Succeeded], Ignore(Asked));          // a closed month stays as it is
        During(Cancelling,
            When(Rechunked).Publish(x => new CancelWaitingChunks(x.Saga.CorrelationId)));
        During(Succeeded, Ignore(UnparkAsked), Ignore(Rechunked));
        During(Running,
            When(WaitingCancelled)                              // late as well: it may have cancelled the last that waited
                .Activity(x => x.OfInstanceType<EndRun>())
                .TransitionWhenEnded(this));
    }

    public State Running { get; } = null!;
    public State Cancelling { get; } = null!;

    /// <summary>Ended early; asking for the month again takes it up.</summary>
    public State Cancelled { get; } = null!;

    /// <summary>All accounts ended, some of them parked.</summary>
    public State Completed { get; } = null!;

    /// <summary>All accounts are closed.</summary>
    public State Succeeded { get; } = null!;

    public Event<StartMonthClose> Asked { get; } = null!;
    public Event<ChunksCut> Cut { get; } = null!;
    public Event<ChunkEnded> ChunkEnded { get; } = null!;
    public Event<CancelMonthClose> CancelAsked { get; } = null!;
    public Event<UnparkAccounts> UnparkAsked { get; } = null!;
    public Event<AccountsRechunked> Rechunked { get; } = null!;
    public Event<WaitingChunksCancelled> WaitingCancelled { get; } = null!;

    static void NeedsRun<T>(IEventCorrelationConfigurator<RunState, T> correlation)
        where T : class => correlation.OnMissingInstance(missing => missing.Fault());

    static MonthCloseStarted SaysStarted(RunState run, string? requestedBy, DateTimeOffset at) =>
        new() { RunId = run.CorrelationId, Period = run.PeriodText, StartedAt = at, RequestedBy = requestedBy };
}

/// <summary>Left by <see cref="EndRun"/> for the transition: how the run has ended, if it has.</summary>
sealed record RunEnd(Func<MonthCloseRun, State> State);

static class MonthCloseRunVerbs
{
    public static EventActivityBinder<RunState, T> TransitionWhenEnded<T>(this EventActivityBinder<RunState, T> step, MonthCloseRun run)
        where T : class =>
        step.If(x => Ended(x)?.State(run) == run.Cancelled, ended => ended.TransitionTo(run.Cancelled))
            .If(x => Ended(x)?.State(run) == run.Completed, ended => ended.TransitionTo(run.Completed))
            .If(x => Ended(x)?.State(run) == run.Succeeded, ended => ended.TransitionTo(run.Succeeded));

    /// <summary>Says in the audit trail what a person did to the run.</summary>
    public static EventActivityBinder<RunState, T> Note<T>(
        this EventActivityBinder<RunState, T> step, string what, Func<BehaviorContext<RunState, T>, string?> by, Func<BehaviorContext<RunState, T>,
            string?>? why = null)
        where T : class =>
        step.ThenAsync(x =>
        {
            var audit = x.GetServiceOrCreateInstance<AuditTrail>();
            return audit.WriteAsync(audit.Entry(null, AuditSubject.Run, x.Saga.PeriodText, what, why?.Invoke(x), new { State = x.Saga.CurrentState }, null,
                by(x)), x.CancellationToken);
        });

    static RunEnd? Ended(BehaviorContext<RunState> context) => context.TryGetPayload<RunEnd>(out var end) ? end : null;
}
