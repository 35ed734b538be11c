using System.Data;
using MassTransit.EntityFrameworkCoreIntegration;
using MassTransit.EntityFrameworkCoreIntegration.Saga;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MassTransit.Configuration;

sealed class EntityFrameworkSagaRepositoryConfigurator<TSaga> : IEntityFrameworkSagaRepositoryConfigurator<TSaga>
    where TSaga : class, ISaga
{
    readonly SagaRepositorySettings<TSaga> _settings = new();
    Action<IServiceCollection>? _addDbContext;

    public ConcurrencyMode ConcurrencyMode { set => _settings.ConcurrencyMode = value; }
    public IsolationLevel IsolationLevel { set => _settings.IsolationLevel = value; }
    public ILockStatementProvider LockStatementProvider { set => _settings.LockStatementProvider = value; }

    public void CustomizeQuery(Func<IQueryable<TSaga>, IQueryable<TSaga>> queryCustomization) => _settings.Customize = queryCustomization;

    public void AddDbContext<TContext, TImplementation>(Action<IServiceProvider, DbContextOptionsBuilder<TImplementation>>? optionsAction)
        where TContext : DbContext
        where TImplementation : DbContext, TContext =>
        _addDbContext = services =>
        {
            services.AddDbContext<TContext, TImplementation>((provider, options) =>
                optionsAction?.Invoke(provider, (DbContextOptionsBuilder<TImplementation>)options));
            services.TryAddScoped(provider => new SagaDbContextSource<TSaga>(provider.GetRequiredService<TContext>()));
        };

    public void ExistingDbContext<TContext>()
        where TContext : DbContext =>
        _addDbContext = services => services.TryAddScoped(provider => new SagaDbContextSource<TSaga>(provider.GetRequiredService<TContext>()));

    public void Register(ISagaRepositoryRegistrationConfigurator<TSaga> services)
    {
        if (_addDbContext is null)
            throw new ConfigurationException($"The saga repository of {typeof(TSaga).Name} needs a DbContext: call ExistingDbContext or AddDbContext");
        _settings.Validate();
        _addDbContext(services);
        services.TryAddSingleton(_settings);
        services.AddHostedService<SagaCheck<TSaga>>();
        services.RegisterLoadSagaRepository<TSaga, EntityFrameworkSagaRepositoryContextFactory<TSaga>>();
        services.RegisterQuerySagaRepository<TSaga, EntityFrameworkSagaRepositoryContextFactory<TSaga>>();
        services.RegisterSagaRepository<TSaga, DbContext, SagaConsumeContextFactory<DbContext, TSaga>, EntityFrameworkSagaRepositoryContextFactory<TSaga>>();
    }
}
