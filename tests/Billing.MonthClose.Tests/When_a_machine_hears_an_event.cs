using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Billing.MonthClose.Tests;

/// <summary>
/// Messages come twice, late and out of order. So every state of every machine answers every event, by a transition or by an ignore that is written down.
/// </summary>
public class When_a_machine_hears_an_event
{
    static readonly TimeProvider Clock = new ManualTimeProvider(new DateTimeOffset(2026, 11, 2, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Should_have_an_answer_in_every_state_of_a_run() => AnswersAll(new MonthCloseRun(Clock, Options.Create(new ClosingOptions())));

    [Fact]
    public void Should_have_an_answer_in_every_state_of_a_chunk() => AnswersAll(new ChunkPipeline(Clock));

    [Fact]
    public void Should_have_an_answer_in_every_state_of_an_inquiry() => AnswersAll(new ChargeInquiry(Options.Create(new GatewayOptions()), Clock));

    [Fact]
    public void Should_have_an_answer_in_every_state_of_a_collection() => AnswersAll(new Collection(Clock, NullLogger<Collection>.Instance));

    /// <summary>No machine is left out of this test.</summary>
    [Fact]
    public void Should_be_one_of_the_four_that_are_tested() => Assert.Equal(
        [nameof(ChargeInquiry), nameof(ChunkPipeline), nameof(Collection), nameof(MonthCloseRun)],
        typeof(MonthCloseRun).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(StateMachine)) && !type.IsAbstract)
            .Select(type => type.Name).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Should_move_an_inquiry_as_the_table_says() =>
        Approval.Check("Collect/Collecting/ChargeInquiry.approved.txt", await MachineTable.DrawAsync<ChargeInquiry, ChargeInquiryState>(
            services => services.AddSingleton(Clock).AddSingleton(Options.Create(new GatewayOptions())),
            (id, state) => new ChargeInquiryState { CorrelationId = id, CurrentState = state, InvoiceId = id, AccountId = "acme", LookToken = id },
            row => row.CurrentState,
            [
                ("Unknown", id => new ChargeUnknown(id, "acme", id)),
                ("LookDue", id => new LookDue(id)),
                ("StillUnknown", id => new StillUnknown(id)),
                ("LookFailed", id => new Failed<LookForCharge>(new LookForCharge(id))),
                ("Resolved", id => new ChargeResolved(id, id, "acme"))
            ]));

    [Fact]
    public async Task Should_give_an_inquiry_up_after_the_last_look() =>
        Approval.Check("Collect/Collecting/ChargeInquiry.last.approved.txt", await MachineTable.DrawAsync<ChargeInquiry, ChargeInquiryState>(
            services => services.AddSingleton(Clock).AddSingleton(Options.Create(new GatewayOptions())),
            (id, state) => new ChargeInquiryState
            {
                CorrelationId = id,
                CurrentState = state,
                InvoiceId = id,
                AccountId = "acme",
                Looks = new GatewayOptions().Looks.Count,
                LookToken = id
            },
            row => row.CurrentState,
            [
                ("LookDue", id => new LookDue(id)),
                ("StillUnknown", id => new StillUnknown(id)),
                ("LookFailed", id => new Failed<LookForCharge>(new LookForCharge(id)))
            ]));

    [Fact]
    public async Task Should_move_a_collection_as_the_table_says() =>
        Approval.Check("Collect/Collecting/Collection.approved.txt", await MachineTable.DrawAsync<Collection, CollectionState>(
            services => services.AddSingleton(Clock),
            (id, state) => new CollectionState { CorrelationId = id, CurrentState = state, AccountId = "acme", RetryToken = id },
            row => row.CurrentState,
            [
                ("Declined", id => new ChargeDeclined(id, "acme", 1, Clock.GetUtcNow().AddDays(1))),
                ("Awaited", id => new PaymentAwaited(id, "acme", Clock.GetUtcNow().AddDays(30))),
                ("Missed", id => new PaymentMissed(id, "acme", 1, Clock.GetUtcNow().AddDays(1), IsLast: false, Cycle: 0)),
                ("NeverReached", id => new ChargeNeverReached(id, "acme", id)),
                ("Unknown", id => new ChargeUnknown(id, "acme", id)),
                ("NobodyKnows", id => new NobodyKnows(id, id, "acme")),
                ("Held", id => new CollectionHeld(id, "acme")),
                ("NotEnforced", id => new CollectionNotEnforced(id, "acme", "NoDunning")),
                ("Blocked", id => new CollectionBlocked(id, "acme", "GatewayRefused", "The key is wrong.")),
                ("RetryDue", id => new RetryDue(id)),
                ("Skipped", id => new RetrySkipped(id, "AutoPayOff")),
                ("Postponed", id => new RetryPostponed(id, Clock.GetUtcNow().AddDays(1))),
                ("RetryFault", id => new Failed<RetryCharge>(new RetryCharge(id))),
                ("RetryFault, extra", id => new Failed<RetryCharge>(new RetryCharge(id, Uncounted: true))),
                ("ExtraFailed", id => new ExtraTryFailed(id)),
                ("ExtraFailed, ours", id => new ExtraTryFailed(id, ByOurFault: true)),
                ("Cleared", id => new InvoiceCleared(id, "acme")),
                ("Cleared, carried", id => new InvoiceCleared(id, "acme", CarriedOver: true)),
                ("NothingOwed", id => new CollectionEnded(id, "acme", "voided", LiftHold: false))
            ]));

    [Fact]
    public async Task Should_move_a_chunk_as_the_table_says() =>
        Approval.Check("Close/Running/ChunkPipeline.approved.txt", await MachineTable.DrawAsync<ChunkPipeline, ChunkState>(
            services => services.AddSingleton(Clock),
            (id, state) => new ChunkState { CorrelationId = id, CurrentState = state, RunId = id },
            row => row.CurrentState,
            [
                ("Started", id => new StartChunk(id, id)),
                ("Issued", id => new InvoicesIssued(id, [])),
                ("Charged", id => new InvoicesCharged(id)),
                ("ChargingPaused", id => new ChargingPaused(id, 0)),
                ("Emailed", id => new InvoicesEmailed(id)),
                ("Receipted", id => new ReceiptsSent(id)),
                ("ChunkClosed", id => new ChunkClosed(id)),
                ("IssueFailed", id => new Failed<IssueInvoices>(new IssueInvoices(id, id, 1))),
                ("ChargeFailed", id => new Failed<ChargeInvoices>(new ChargeInvoices(id, id, 1, []))),
                ("EmailFailed", id => new Failed<EmailInvoices>(new EmailInvoices(id, id, 1))),
                ("ReceiptFailed", id => new Failed<SendReceipts>(new SendReceipts(id, id, 1))),
                ("EndFailed", id => new Failed<EndChunk>(new EndChunk(id, id, 1)))
            ]));

    /// <summary>A failure of the attempt before is tried again; one of this attempt waits for a person.</summary>
    [Fact]
    public async Task Should_try_a_chunk_again_that_was_taken_up_while_it_failed() =>
        Approval.Check("Close/Running/ChunkPipeline.taken-up.approved.txt", await MachineTable.DrawAsync<ChunkPipeline, ChunkState>(
            services => services.AddSingleton(Clock),
            (id, state) => new ChunkState { CorrelationId = id, CurrentState = state, RunId = id, Attempt = 1 },
            row => row.CurrentState,
            [
                ("EndFailed, older", id => new Failed<EndChunk>(new EndChunk(id, id, 1))),
                ("EndFailed", id => new Failed<EndChunk>(new EndChunk(id, id, 1, Attempt: 1))),
                ("ChargingPaused, older", id => new ChargingPaused(id, 0)),
                ("Started, cancelled", id => new StartChunk(id, id, 2, IsCancelled: true)),
                ("Started, again", id => new StartChunk(id, id, 2)),
                ("Started, anew", id => new StartChunk(id, id, 2, IsAnew: true))
            ]));

    static void AnswersAll<TState>(MassTransitStateMachine<TState> machine)
        where TState : class, SagaStateMachineInstance
    {
        var states = machine.States.Where(state => state != machine.Initial && state != machine.Final).ToList();
        var events = machine.Events.Where(@event => !@event.Name.Contains('.', StringComparison.Ordinal) || @event.Name.EndsWith(".Received", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(states);
        Assert.NotEmpty(events);
        Assert.Empty(from state in states
                     from @event in events
                     where !machine.NextEvents(state).Contains(@event)
                     select $"{state.Name} has no answer to {@event.Name}");
    }

    /// <summary>A fault as the bus publishes it when a step's retries are used up.</summary>
    sealed record Failed<T>(T Message) : Fault<T>
    {
        public Guid FaultId { get; } = Guid.NewGuid();
        public Guid? FaultedMessageId { get; }
        public DateTime Timestamp { get; }
        public ExceptionInfo[] Exceptions { get; } = [];
        public HostInfo Host { get; } = null!;
        public string[] FaultMessageTypes { get; } = [];
    }
}
