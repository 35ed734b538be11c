using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Collect.Collecting;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Close.Running;

/// <summary>
/// Steers one month: cuts the accounts into chunks, keeps a bounded number of them in flight, and says when all have ended.
/// <code>
///   asked ──► Running ──all ended──► Succeeded · Completed (some are parked) · Cancelled
///     │          │  ├──cancel──► Cancelling ──► Cancelled
///     │          │  └──a person, or a brake──► Paused ──resumed──► Running
///     │          └──a step failed for good──► Halted ──asked again──► Running
///     └──with a time for late usage──► Drafted ──over, or approved──► Running
/// </code>
/// </summary>
public sealed class MonthCloseRun : MassTransitStateMachine<RunState>
{
    /// <summary>The states in which a run charges.</summary>
    internal static readonly string[] UnderWay = [nameof(Running), nameof(Cancelling)];

    public MonthCloseRun(TimeProvider clock, IOptions<ClosingOptions> options)
    {
        InstanceState(x => x.CurrentState);
        Event(() => Asked, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => Cut, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => ChunkEnded, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => CancelAsked, x => NeedsRun(x.CorrelateById(m => m.Message.RunId)));
        Event(() => UnparkAsked, x => NeedsRun(x.CorrelateById(m => m.Message.RunId)));
        Event(() => StopAsked, x => NeedsRun(x.CorrelateById(m => m.Message.RunId)));
        Event(() => ContinueAsked, x => NeedsRun(x.CorrelateById(m => m.Message.RunId)));
        Event(() => Approved, x => NeedsRun(x.CorrelateById(m => m.Message.RunId)));
        Event(() => Rechunked, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => WaitingCancelled, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => ChunkHalted, x => x.CorrelateById(m => m.Message.RunId));
        Event(() => CutFailed, x => x.CorrelateById(m => m.Message.Message.RunId));
        Event(() => RechunkFailed, x => x.CorrelateById(m => m.Message.Message.RunId));
        Event(() => CancelFailed, x => x.CorrelateById(m => m.Message.Message.RunId));
        Event(() => StartFailed, x => x.CorrelateById(m => m.Message.Message.RunId));
        Event(() => ReportFailed, x => x.CorrelateById(m => m.Message.Message.RunId));
        Schedule(() => Grace, x => x.GraceToken, x => x.Received = e => e.CorrelateById(m => m.Message.RunId));

        Initially(When(Asked).Begin(this, options.Value, clock));

        // Nothing is in the books: usage that comes late is still of this month. The prices are those of its beginning.
        During(Drafted,
            When(Approved).Unschedule(Grace).Note("approved", x => x.Message.RequestedBy).StartCutting(this, clock),
            When(Grace.Received).Note("final", _ => null, _ => "the time for late usage is over").StartCutting(this, clock),
            When(CancelAsked).Unschedule(Grace)
                .Then(x => (x.Saga.CancelReason, x.Saga.FinalAt) = (x.Message.Reason, null))
                .Note("cancelled", x => x.Message.RequestedBy, x => x.Message.Reason)
                .TransitionTo(Cancelled),
            Ignore(Asked), Ignore(UnparkAsked), Ignore(StopAsked), Ignore(ContinueAsked),
            // nothing was cut, so nothing can be told of it; after a draft that was cancelled, its words may come late
            Ignore(Cut), Ignore(ChunkEnded), Ignore(Rechunked), Ignore(WaitingCancelled), Ignore(ChunkHalted), Ignore(CutFailed), Ignore(RechunkFailed),
            Ignore(CancelFailed), Ignore(StartFailed), Ignore(ReportFailed));

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
            When(StopAsked, x => x.Message.Attempt is null || x.Message.Attempt >= x.Saga.Attempt).Pause(clock).TransitionTo(Paused),
            Ignore(StopAsked, x => x.Message.Attempt < x.Saga.Attempt),     // a brake that saw what a person has resumed since
            Ignore(Asked), Ignore(ContinueAsked));              // asking again joins the run that is there

        // Who charges sees it within moments, and leaves alone what it has not asked for. A person resumes it; asking for the month again does not.
        During(Paused,
            When(ContinueAsked).Resume(clock).TransitionTo(Running).TopUp().EndIfAllEnded(this),
            When(CancelAsked).Cancel().TakeUp().TransitionTo(Cancelling).EndIfAllEnded(this),
            When(Cut)
                .Then(x => x.Saga.CutDone = x.Message.Done)
                .If(x => !x.Message.Done, more => more.Publish(x => new CutChunks(x.Saga.CorrelationId, x.Message.LastAccountId, x.Saga.Attempt)))
                .EndIfAllEnded(this),
            When(ChunkEnded).FreePlace().EndIfAllEnded(this),
            When(WaitingCancelled).EndIfAllEnded(this),
            When(UnparkAsked).Unpark(),
            Ignore(Rechunked), Ignore(Asked), Ignore(StopAsked),
            When(CutFailed).NoteFailed(step => step.Attempt),
            When(RechunkFailed).NoteFailed(step => step.Attempt),
            When(CancelFailed).NoteFailed(step => step.Attempt),
            When(StartFailed).NoteFailed(step => step.Attempt),
            When(ChunkHalted).NoteFailed(x => x.Message.Attempt, x => x.Message.Step, x => x.Message.Reason),
            When(ReportFailed).NoteReportFailed());

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
            When(StopAsked, x => x.Saga.PausedAt is null).Pause(clock).TakeUp(),        // what is in flight ends without a charge, too
            Ignore(StopAsked, x => x.Saga.PausedAt is not null),
            Ignore(Asked), Ignore(CancelAsked), Ignore(ContinueAsked));

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
            When(StopAsked, x => x.Saga.CancelReason is null && x.Message.Attempt is null).Pause(clock).TransitionTo(Paused),
            Ignore(StopAsked, x => x.Saga.CancelReason is not null || x.Message.Attempt is not null),
            Ignore(WaitingCancelled), Ignore(ContinueAsked));

        // Ended early; asked for again, the cancelled accounts are taken up.
        During(Cancelled,
            When(Asked, x => !x.Saga.CutDone).Begin(this, options.Value, clock),        // a draft that was cancelled: nobody is in a chunk
            When(Asked, x => x.Saga.CutDone)
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
        During([Cancelled, Completed, Succeeded], Ignore(Cut), Ignore(ChunkEnded), Ignore(CancelAsked), Ignore(WaitingCancelled), Ignore(StopAsked),
            Ignore(ContinueAsked));
        During([Running, Paused, Cancelling, Halted, Cancelled, Completed, Succeeded], Ignore(Approved), Ignore(Grace.Received));

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

    /// <summary>Asked for, and open for late usage; nothing is in the books.</summary>
    public State Drafted { get; } = null!;

    public State Running { get; } = null!;

    /// <summary>Nothing is charged until a person resumes it; <see cref="RunState.PauseReason"/> says why.</summary>
    public State Paused { get; } = null!;

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
    public Event<StopCharges> StopAsked { get; } = null!;
    public Event<ContinueRun> ContinueAsked { get; } = null!;
    public Event<FinishDraft> Approved { get; } = null!;
    public Schedule<RunState, GraceOver> Grace { get; } = null!;
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
