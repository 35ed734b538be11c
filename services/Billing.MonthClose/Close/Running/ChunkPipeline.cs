using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Closes;
using MassTransit;

namespace Billing.MonthClose.Close.Running;

/// <summary>
/// Steers one chunk through the graph of steps. It never computes money.
/// <code>
///                 ┌─► charges ──► receipts ─┐
///   invoices ─────┤                         ├──► end
///                 └─► invoice e-mails ──────┘
/// </code>
/// While its run is paused, it waits between the charges that were made and those that were not.
/// </summary>
public sealed class ChunkPipeline : MassTransitStateMachine<ChunkState>
{
    public ChunkPipeline(TimeProvider clock)
    {
        InstanceState(x => x.CurrentState);
        Event(() => Started, x => x.CorrelateById(m => m.Message.ChunkId).OnMissingInstance(m => m.Fault()));
        Event(() => Issued, x => x.CorrelateById(m => m.Message.ChunkId));
        Event(() => ChargingPaused, x => x.CorrelateById(m => m.Message.ChunkId));
        Event(() => Charged, x => x.CorrelateById(m => m.Message.ChunkId));
        Event(() => Emailed, x => x.CorrelateById(m => m.Message.ChunkId));
        Event(() => Receipted, x => x.CorrelateById(m => m.Message.ChunkId));
        Event(() => ChunkClosed, x => x.CorrelateById(m => m.Message.ChunkId));
        Event(() => IssueFailed, x => x.CorrelateById(m => m.Message.Message.ChunkId));
        Event(() => ChargeFailed, x => x.CorrelateById(m => m.Message.Message.ChunkId));
        Event(() => EmailFailed, x => x.CorrelateById(m => m.Message.Message.ChunkId));
        Event(() => ReceiptFailed, x => x.CorrelateById(m => m.Message.Message.ChunkId));
        Event(() => EndFailed, x => x.CorrelateById(m => m.Message.Message.ChunkId));

        // The rows are written when the chunk is cut, so no event here ever creates one. Who is told that it is cancelled before he was told to begin, ends.
        During(Waiting,
            When(Started)
                .NoteAttempt()
                .Then(x => x.Saga.StartedAt = clock.GetUtcNow())
                .IfElse(x => x.Saga.IsCancelled,
                    over => over
                        .Publish(x => new EndChunk(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number, Attempt: x.Saga.Attempt, IsCancelled: true))
                        .TransitionTo(Ending),
                    on => on.Publish(x => new IssueInvoices(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number)).TransitionTo(Invoicing)));

        During(Invoicing,
            When(Issued)
                .Publish(x => new ChargeInvoices(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number, x.Message.Charges, x.Saga.Attempt))
                .Publish(x => new EmailInvoices(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number))
                .TransitionTo(Charging),
            AfterFailure(When(IssueFailed)));

        During(Charging,
            When(Charged)
                .Publish(x => new SendReceipts(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number))
                .TransitionTo(Receipting),
            // Asked in an older attempt, it saw a pause that is over.
            When(ChargingPaused).IfElse(x => x.Saga.IsCancelled || x.Message.Attempt < x.Saga.Attempt,
                over => GoOn(over),
                paused => paused.TransitionTo(Paused)),
            AfterFailure(When(ChargeFailed)));

        // What is due is looked up again: a day may have passed. A step that came twice may have charged the rest, once nothing forbade it any more.
        During(Paused,
            GoOn(When(Started).NoteAttempt()),
            When(Charged)
                .Publish(x => new SendReceipts(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number))
                .TransitionTo(Receipting),
            Ignore(ChargeFailed), Ignore(ChargingPaused));

        // A mailing that failed for good is in its error queue with the reason; the books are right, so it holds nobody's month.
        During([Charging, Paused, Receipting],
            AfterMailing(When(Emailed), chunk => chunk.InvoicesEmailed = true),
            AfterMailing(When(EmailFailed), chunk => chunk.InvoicesEmailed = true));
        During(Receipting,
            AfterMailing(When(Receipted), chunk => chunk.ReceiptsSent = true),
            AfterMailing(When(ReceiptFailed), chunk => chunk.ReceiptsSent = true));

        During(Ending,
            When(ChunkClosed)
                .Then(x => (x.Saga.EndedAt, x.Saga.HaltReason) = (clock.GetUtcNow(), null))
                .Publish(x => new ChunkEnded(x.Saga.RunId, x.Saga.CorrelationId))
                .TransitionTo(Ended),
            // Nothing is left that could park its accounts: the run halts, and a person takes it up again. Where that was done already, it is tried again.
            When(EndFailed).IfElse(x => x.Message.Message.Attempt < x.Saga.Attempt,
                takenUp => takenUp.Publish(x => x.Message.Message with { Attempt = x.Saga.Attempt }),
                forGood => forGood
                    .Then(x => x.Saga.HaltReason = x.Message.Why().ShortenedTo(RunState.LongestReason))
                    .Publish(x => new ChunkHalted(x.Saga.RunId, x.Saga.CorrelationId, nameof(EndChunk), x.Saga.HaltReason!, x.Saga.Attempt))
                    .TransitionTo(Halted)));
        During(Halted,
            When(Started)
                .NoteAttempt()
                .Publish(x => new EndChunk(
                    x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number, "A step", x.Saga.HaltReason, x.Saga.Attempt, x.Saga.IsCancelled))
                .TransitionTo(Ending),
            Ignore(ChunkClosed), Ignore(EndFailed));

        // What comes twice changes nothing, and an answer that comes late finds its question answered.
        During(Invoicing, When(Started).NoteAttempt().If(x => x.Message.IsAnew,
            lost => lost.Publish(x => new IssueInvoices(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number))));
        During(Charging, When(Started).NoteAttempt().If(x => x.Message.IsAnew, lost => GoOn(lost)));
        During(Receipting, When(Started).NoteAttempt().If(x => x.Message.IsAnew, lost => lost
            .If(x => !x.Saga.InvoicesEmailed, mail => mail.Publish(x => new EmailInvoices(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number)))
            .If(x => !x.Saga.ReceiptsSent, mail => mail.Publish(x => new SendReceipts(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number)))));
        During(Ending, When(Started).NoteAttempt().If(x => x.Message.IsAnew, lost => lost.Publish(x => new EndChunk(
            x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number, "A step", "Why it failed was lost with the queues.", x.Saga.Attempt, x.Saga.IsCancelled))));
        During(Ended,
            When(Started, x => x.Message.IsAnew).Publish(x => new ChunkEnded(x.Saga.RunId, x.Saga.CorrelationId)),
            Ignore(Started, x => !x.Message.IsAnew));
        During([Charging, Paused, Receipting, Ending, Halted, Ended], Ignore(Issued), Ignore(IssueFailed));
        During([Receipting, Ending, Halted, Ended], Ignore(Charged), Ignore(ChargeFailed), Ignore(ChargingPaused));
        During([Ending, Halted, Ended], Ignore(Emailed), Ignore(EmailFailed), Ignore(Receipted), Ignore(ReceiptFailed));
        During(Ended, Ignore(ChunkClosed), Ignore(EndFailed));

        // No step answers before it is asked for.
        During(Waiting, Ignore(Issued), Ignore(IssueFailed));
        During([Waiting, Invoicing], Ignore(Charged), Ignore(ChargeFailed), Ignore(ChargingPaused), Ignore(Emailed), Ignore(EmailFailed));
        During([Waiting, Invoicing, Charging, Paused], Ignore(Receipted), Ignore(ReceiptFailed));
        During([Waiting, Invoicing, Charging, Paused, Receipting], Ignore(ChunkClosed), Ignore(EndFailed));
    }

    /// <summary>Cut, and not begun.</summary>
    public State Waiting { get; } = null!;

    public State Invoicing { get; } = null!;
    public State Charging { get; } = null!;

    /// <summary>Its run is paused: what was asked for is booked, and the rest is not asked for.</summary>
    public State Paused { get; } = null!;

    public State Receipting { get; } = null!;
    public State Ending { get; } = null!;

    /// <summary>Its last step failed for good; the run says so, and takes it up again when the month is asked for.</summary>
    public State Halted { get; } = null!;

    public State Ended { get; } = null!;

    public Event<StartChunk> Started { get; } = null!;
    public Event<InvoicesIssued> Issued { get; } = null!;
    public Event<InvoicesCharged> Charged { get; } = null!;
    public Event<ChargingPaused> ChargingPaused { get; } = null!;
    public Event<InvoicesEmailed> Emailed { get; } = null!;
    public Event<ReceiptsSent> Receipted { get; } = null!;
    public Event<ChunkClosed> ChunkClosed { get; } = null!;
    public Event<Fault<IssueInvoices>> IssueFailed { get; } = null!;
    public Event<Fault<ChargeInvoices>> ChargeFailed { get; } = null!;
    public Event<Fault<EmailInvoices>> EmailFailed { get; } = null!;
    public Event<Fault<SendReceipts>> ReceiptFailed { get; } = null!;
    public Event<Fault<EndChunk>> EndFailed { get; } = null!;

    EventActivityBinder<ChunkState, T> AfterMailing<T>(EventActivityBinder<ChunkState, T> step, Action<ChunkState> note)
        where T : class =>
        step.Then(x => note(x.Saga))
            .If(x => x.Saga is { InvoicesEmailed: true, ReceiptsSent: true }, both => both
                .Publish(x => new EndChunk(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number, Attempt: x.Saga.Attempt, IsCancelled: x.Saga.IsCancelled))
                .TransitionTo(Ending));

    /// <summary>
    /// After a pause the rest is charged, as the books stand by then. A chunk that was cancelled tells its invoices, says thanks for what was paid, and ends.
    /// </summary>
    EventActivityBinder<ChunkState, T> GoOn<T>(EventActivityBinder<ChunkState, T> step)
        where T : class =>
        step.IfElse(x => x.Saga.IsCancelled,
            end => end
                .If(x => !x.Saga.InvoicesEmailed, mail => mail.Publish(x => new EmailInvoices(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number)))
                .Publish(x => new SendReceipts(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number)).TransitionTo(Receipting),
            on => on.Publish(x => new IssueInvoices(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number)).TransitionTo(Invoicing));

    /// <summary>The step's retries are used up: what it left behind is parked with the reason, and the chunk ends.</summary>
    EventActivityBinder<ChunkState, Fault<T>> AfterFailure<T>(EventActivityBinder<ChunkState, Fault<T>> step)
        where T : class =>
        step.Publish(x => new EndChunk(x.Saga.RunId, x.Saga.CorrelationId, x.Saga.Number, typeof(T).Name, x.Message.Why(), x.Saga.Attempt))
            .TransitionTo(Ending);
}

/// <summary>The verbs of a chunk.</summary>
static class ChunkVerbs
{
    /// <summary>Its run was taken up, or cancelled while it was paused: what fails from an older attempt is tried again.</summary>
    public static EventActivityBinder<ChunkState, StartChunk> NoteAttempt(this EventActivityBinder<ChunkState, StartChunk> step) =>
        step.Then(x => (x.Saga.Attempt, x.Saga.IsCancelled) = (Math.Max(x.Saga.Attempt, x.Message.Attempt), x.Saga.IsCancelled || x.Message.IsCancelled));
}
