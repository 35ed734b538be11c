using Billing.Hosting.Bus;
using Billing.Scheduler.Advancing;
using MassTransit;

namespace Billing.Scheduler;

/// <summary>What this service publishes leaves with its transaction. It hears one command, that of the test clock.</summary>
static class SchedulerBus
{
    public static void Configure(IBusRegistrationConfigurator x, bool sqlServer)
    {
        x.AddConsumer<AdvanceClockConsumer, OneTransaction<AdvanceClockConsumer, SchedulerDbContext>>();
        x.AddServiceOutbox<SchedulerDbContext>(sqlServer);
    }
}
