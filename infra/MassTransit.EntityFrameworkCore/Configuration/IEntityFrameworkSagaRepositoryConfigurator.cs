using System.Data;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;

namespace MassTransit;

public interface IEntityFrameworkSagaRepositoryConfigurator
{
    /// <summary>Default Pessimistic: a row lock for the time of the event.</summary>
    ConcurrencyMode ConcurrencyMode { set; }

    /// <summary>Used when there is no outbox whose transaction the saga joins. Default ReadCommitted: the row lock does the rest.</summary>
    IsolationLevel IsolationLevel { set; }

    ILockStatementProvider LockStatementProvider { set; }

    /// <summary>Adds the DbContext to the container and uses it.</summary>
    void AddDbContext<TContext, TImplementation>(Action<IServiceProvider, DbContextOptionsBuilder<TImplementation>>? optionsAction = null)
        where TContext : DbContext
        where TImplementation : DbContext, TContext;

    /// <summary>Uses a DbContext that is in the container already.</summary>
    void ExistingDbContext<TContext>()
        where TContext : DbContext;
}

public interface IEntityFrameworkSagaRepositoryConfigurator<TSaga> : IEntityFrameworkSagaRepositoryConfigurator
    where TSaga : class, ISaga
{
    /// <summary>Adds to the query that loads an instance, for example includes.</summary>
    void CustomizeQuery(Func<IQueryable<TSaga>, IQueryable<TSaga>> queryCustomization);
}
