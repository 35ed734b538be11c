using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Collect.Collecting;
using MassTransit;

namespace Billing.MonthClose.Close.Running;

/// <summary>
/// Steers one month: cuts the accounts into chunks, keeps a bounded number of them in flight, and says when all have ended.
/// <code>
///   asked ──► Running ──all ended──► Succeeded · Completed (some are parked) · Cancelled
///                │  └──cancel──► Cancelling ──► Cancelled
///                └──a step failed for good──► Halted ──asked again──► Running
/// </code>
/// </summary>
public sealed class MonthCloseRun : MassTransitStateMachine<RunState>
{
    public MonthCloseRun(TimeProvider clock)
    {
        InstanceState(x => x.CurrentState);
        Event(() => Asked, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => Cut, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => ChunkEnded, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => CancelAsked, x => NeedsRun(x.CorrelateById(m => m.Message.RunId)));
        Event(() => UnparkAsked, x => NeedsRun(x.CorrelateById(m => m.Message.RunId)));
        Event(() => Rechunked, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => WaitingCancelled, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => ChunkHalted, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => CutFailed, x => x.CorrelateById(m => m.Message.Message.RunId));
        Event(() => RechunkFailed, x => x.CorrelateById(m => m.Message.Message.RunId));
        Event(() => CancelFailed, x => x.CorrelateById(m => m.Message.Message.RunId));
        Event(() => StartFailed, x => x.CorrelateById(m => m.Message.Message.RunId));
        Event(() => ReportFailed, x => x.CorrelateById(m => m.Message.Message.RunId));

        Initially(
            When(Asked)
                .Begin(clock)
                .Note("started", x => x.Message.RequestedBy)
                .SayStarted(clock)
                .Publish(x => new CutChunks(x.Saga.CorrelationId, null, x.Saga.Attempt))
                .TransitionTo(Running));

        // Chunks are cut, travel and end.
        During(Running,
            When(Cut)
                .Then(x => x.Saga.CutDone = x.Message.Done)
                .If(x => !x.Message.Done, more => more.Publish(x => new CutChunks(x.Saga.CorrelationId, x.Message.LastAccountId, x.Saga.Attempt)))
                .TopUp().EndIfAllEnded(this),
            When(ChunkEnded).FreePlace().TopUp().EndIfAllEnded(this),
            When(CancelAsked).Cancel().TransitionTo(Cancelling),
            When(UnparkAsked).Unpark(),
            When(Rechunked).If(x => x.Message.Accounts > 0, some => some.TopUp().EndIfAllEnded(this)),
            When(WaitingCancelled).EndIfAllEnded(this),          // late: it may have cancelled the last that waited
            Ignore(Asked));                                     // asking again joins the run that is there

        // What is in flight comes to its end; what waits is cancelled, once all of it is cut, so that no account is forgotten.
        During(Cancelling,
            When(Cut)
                .Then(x => x.Saga.CutDone = x.Message.Done)
                .IfElse(x => x.Message.Done,
                    done => done.Publish(x => new CancelWaitingChunks(x.Saga.CorrelationId, x.Saga.Attempt)),
                    more => more.Publish(x => new CutChunks(x.Saga.CorrelationId, x.Message.LastAccountId, x.Saga.Attempt))),
            When(ChunkEnded).FreePlace().EndIfAllEnded(this),
            When(WaitingCancelled).EndIfAllEnded(this),
            When(UnparkAsked).Unpark(),                         // they are cancelled with the rest, and taken up with it when the month is asked for again
            When(Rechunked).Publish(x => new CancelWaitingChunks(x.Saga.CorrelationId, x.Saga.Attempt)),
            Ignore(Asked), Ignore(CancelAsked));

        // A step of the run failed for good. Chunks in flight go on to their end; nothing new begins until a person asks for the month again.
        During(Halted,
            When(Asked).Note("taken up again", x => x.Message.RequestedBy)
                .TakeUp()
                .IfElse(x => x.Saga.CancelReason is null,
                    on => on.TransitionTo(Running).TopUp().EndIfAllEnded(this),
                    off => off.TransitionTo(Cancelling).EndIfAllEnded(this)),
            When(CancelAsked).TakeUp().Cancel().TransitionTo(Cancelling),
            When(UnparkAsked).Unpark(),
            When(Rechunked).If(x => x.Message.Accounts > 0, some => some.TakeUp().TransitionTo(Running).TopUp().EndIfAllEnded(this)),
            When(Cut).Then(x => x.Saga.CutDone = x.Message.Done),
            When(ChunkEnded).FreePlace(),
            Ignore(WaitingCancelled));

        // Ended early; asked for again, the cancelled accounts are taken up.
        During(Cancelled,
            When(Asked)
                .Then(x => x.Saga.CancelReason = null)
                .Note("started again", x => x.Message.RequestedBy)
                .Publish(x => new RechunkAccounts(x.Saga.CorrelationId, CloseStep.Cancelled, null, null, x.Message.RequestedBy, x.Saga.Attempt)),
            When(UnparkAsked).Unpark(),
            When(Rechunked).TravelAgain(this, clock));

        // All ended, some of them parked: they travel again when they are unparked.
        During(Completed,
            When(UnparkAsked).Unpark(),
            When(Rechunked).TravelAgain(this, clock),
            When(Asked).ReportAgain());                         // a closed month stays as it is; only a report that was not written is
        During(Succeeded,
            When(Asked).ReportAgain(),
            Ignore(UnparkAsked), Ignore(Rechunked));
        During([Cancelled, Completed, Succeeded], Ignore(Cut), Ignore(ChunkEnded), Ignore(CancelAsked), Ignore(WaitingCancelled));

        // No step fails in silence: the run says so, a person is alerted, and asking for the month again takes it up. What was taken up is asked
        // for again, so a failure of an older attempt that comes late says nothing new.
        During([Running, Cancelling, Halted, Cancelled, Completed, Succeeded],
            When(CutFailed).Halt(this, step => step.Attempt),
            When(RechunkFailed).Halt(this, step => step.Attempt),
            When(CancelFailed).Halt(this, step => step.Attempt),
            When(StartFailed).Halt(this, step => step.Attempt),
            When(ChunkHalted).Halt(this, x => x.Message.Attempt, x => x.Message.Step, x => x.Message.Reason),
            When(ReportFailed).NoteReportFailed());
    }

    public State Running { get; } = null!;
    public State Cancelling { get; } = null!;

    /// <summary>A step of the run failed for good; <see cref="RunState.HaltReason"/> says which. Asking for the month again takes it up.</summary>
    public State Halted { get; } = null!;

    /// <summary>Ended early; asking for the month again takes it up.</summary>
    public State Cancelled { get; } = null!;

    /// <summary>All accounts ended, some of them parked.</summary>
    public State Completed { get; } = null!;

    /// <summary>All accounts are closed.</summary>
    public State Succeeded { get; } = null!;

    public Event<BeginRun> Asked { get; } = null!;
    public Event<ChunksCut> Cut { get; } = null!;
    public Event<ChunkEnded> ChunkEnded { get; } = null!;
    public Event<CancelRun> CancelAsked { get; } = null!;
    public Event<UnparkRun> UnparkAsked { get; } = null!;
    public Event<AccountsRechunked> Rechunked { get; } = null!;
    public Event<WaitingChunksCancelled> WaitingCancelled { get; } = null!;
    public Event<ChunkHalted> ChunkHalted { get; } = null!;
    public Event<Fault<CutChunks>> CutFailed { get; } = null!;
    public Event<Fault<RechunkAccounts>> RechunkFailed { get; } = null!;
    public Event<Fault<CancelWaitingChunks>> CancelFailed { get; } = null!;
    public Event<Fault<StartChunk>> StartFailed { get; } = null!;
    public Event<Fault<WriteReport>> ReportFailed { get; } = null!;

    static void NeedsRun<T>(IEventCorrelationConfigurator<RunState, T> correlation)
        where T : class => correlation.OnMissingInstance(missing => missing.Fault());
}
