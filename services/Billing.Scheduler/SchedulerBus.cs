using Billing.Hosting.Bus;
using MassTransit;

namespace Billing.Scheduler;

/// <summary>This service consumes nothing. What it publishes leaves with its transaction.</summary>
static class SchedulerBus
{
    public static void Configure(IBusRegistrationConfigurator x, bool sqlServer) => x.AddServiceOutbox<SchedulerDbContext>(sqlServer);
}
