using MassTransit.EntityFrameworkCoreIntegration;
using MassTransit.EntityFrameworkCoreIntegration.Saga;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MassTransit.Configuration;

/// <summary>Compares at start what a saga's repository was told with the DbContext. It asks the database nothing.</summary>
sealed class SagaCheck<TSaga>(IServiceScopeFactory scopes, SagaRepositorySettings<TSaga> settings) : IHostedService
    where TSaga : class, ISaga
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        using var scope = scopes.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<SagaDbContextSource<TSaga>>().DbContext;
        var saga = db.Model.FindEntityType(typeof(TSaga)) ?? throw new ConfigurationException($"{db.GetType().Name} does not map {typeof(TSaga).Name}");
        if (settings.ConcurrencyMode == ConcurrencyMode.Pessimistic)
            settings.LockStatementProvider.MustFit(db);
        else if (!saga.GetProperties().Any(property => property.IsConcurrencyToken))
            throw new ConfigurationException($"{typeof(TSaga).Name} is optimistic and has no version, so nobody would notice a race: map a row version");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
