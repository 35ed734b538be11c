using Billing.Hosting.Clocks;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Bus;

public static class ServiceOutbox
{
    /// <summary>Inbox and outbox in the service's own database. What is published outside of a consumer leaves with the transaction, too.</summary>
    public static void AddServiceOutbox<TDbContext>(this IBusRegistrationConfigurator x, bool sqlServer)
        where TDbContext : DbContext
    {
        x.AddScoped<IWorkInSight, OutboxInSight<TDbContext>>();
        x.AddHostedService<OutboxGauges<TDbContext>>();
        x.AddEntityFrameworkOutbox<TDbContext>(outbox =>
        {
            _ = sqlServer ? outbox.UseSqlServer() : outbox.UsePostgres();
            outbox.UseBusOutbox();
        });
    }
}
