namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class TallyMachine : MassTransitStateMachine<Tally>
{
    public TallyMachine()
    {
        InstanceState(x => x.CurrentState);
        Event(() => Counted, x => x.CorrelateById(c => c.Message.TallyId));
        Event(() => Remind, x => x.CorrelateById(c => c.Message.TallyId));
        Event(() => StopReminding, x => x.CorrelateById(c => c.Message.TallyId));
        Schedule(() => Reminder, x => x.ReminderId, s =>
        {
            s.Delay = TimeSpan.FromSeconds(1);
            s.Received = r => r.CorrelateById(c => c.Message.TallyId);
        });

        Initially(When(Counted).Then(x => x.Saga.Count++).TransitionTo(Counting));
        During(Counting,
            When(Counted).Then(x => x.Saga.Count++),
            When(Remind).Schedule(Reminder, x => new TallyDue(x.Saga.CorrelationId)),
            When(StopReminding).Unschedule(Reminder),
            When(Reminder.Received).Publish(x => new Booked("reminded", x.Saga.Count)).TransitionTo(Reminded));
    }

    public Event<Counted> Counted { get; } = null!;
    public Event<Remind> Remind { get; } = null!;
    public Event<StopReminding> StopReminding { get; } = null!;
    public Schedule<Tally, TallyDue> Reminder { get; } = null!;
    public State Counting { get; } = null!;
    public State Reminded { get; } = null!;
}
