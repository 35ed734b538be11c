using Billing.Contracts.Scheduling.V1;
using Billing.Hosting.Bus;
using Billing.Outbox;
using Billing.Scheduler.Advancing;
using Billing.Scheduler.Answers;
using Billing.Scheduler.Dated;
using Billing.Scheduler.Steering;
using MassTransit;

namespace Billing.Scheduler;

/// <summary>
/// What this service publishes leaves with its transaction. It hears the commands about schedules and about the test clock, and what became of its own.
/// </summary>
static class SchedulerBus
{
    public static void Configure(IBusRegistrationConfigurator x, bool sqlServer)
    {
        x.AddConsumer<AdvanceClockConsumer, OneTransaction<AdvanceClockConsumer, SchedulerDbContext>>();
        x.AddConsumer<PauseScheduleConsumer, OneTransaction<PauseScheduleConsumer, SchedulerDbContext>>();
        x.AddConsumer<ResumeScheduleConsumer, OneTransaction<ResumeScheduleConsumer, SchedulerDbContext>>();
        x.AddConsumer<RunScheduleNowConsumer, OneTransaction<RunScheduleNowConsumer, SchedulerDbContext>>();
        x.AddConsumer<ScheduleCommandConsumer, OneTransaction<ScheduleCommandConsumer, SchedulerDbContext>>();
        x.AddConsumer<CancelScheduledCommandConsumer, OneTransaction<CancelScheduledCommandConsumer, SchedulerDbContext>>();
        x.AddConsumer<CommandAnsweredConsumer, OneTransaction<CommandAnsweredConsumer, SchedulerDbContext>>();
        x.AddConsumer<ReplayFaultsConsumer>();
        x.AddConsumer<DiscardFaultsConsumer>();
        x.AddConsumer<ContactErasedConsumer>();
        x.AddServiceOutbox<SchedulerDbContext>(sqlServer);
        // From a person who sends plain JSON, the same words said again later are meant again: pause, resume, pause. What may count once has an id of its own.
        x.AddMessageIdentity(identity => identity
            .For<PauseSchedule>(_ => Guid.NewGuid())
            .For<ResumeSchedule>(_ => Guid.NewGuid())
            .For<RunScheduleNow>(_ => Guid.NewGuid())
            .For<ScheduleCommand>(_ => Guid.NewGuid())
            .For<CancelScheduledCommand>(_ => Guid.NewGuid()));
    }
}
