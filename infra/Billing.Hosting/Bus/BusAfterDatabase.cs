using Billing.Persistence;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Billing.Hosting.Bus;

/// <summary>
/// Starts the bus when the database has its tables. The host itself is up before that, and says in its health why it
/// is not ready.
/// </summary>
sealed class BusAfterDatabase(MassTransitHostedService bus, DatabaseReadiness database) : BackgroundService
{
    bool _started;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitAsync(stoppingToken);
        _started = true;
        await bus.StartAsync(stoppingToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_started)
            await bus.StopAsync(cancellationToken);
    }
}

static class BusAfterDatabaseSetup
{
    public static void StartBusAfterDatabase(this IServiceCollection services)
    {
        var own = services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType == typeof(MassTransitHostedService));
        services.Remove(own);
        services.AddSingleton<MassTransitHostedService>();
        services.AddSingleton<DatabaseReadiness>();
        services.AddHostedService<BusAfterDatabase>();
    }
}
