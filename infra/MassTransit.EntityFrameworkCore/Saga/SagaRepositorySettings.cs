using System.Data;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration.Saga;

sealed class SagaRepositorySettings<TSaga>
    where TSaga : class, ISaga
{
    public ConcurrencyMode ConcurrencyMode { get; set; } = ConcurrencyMode.Pessimistic;
    public IsolationLevel IsolationLevel { get; set; } = IsolationLevel.ReadCommitted;
    public ILockStatementProvider LockStatementProvider { get; set; } = new SqlServerLockStatementProvider();
    public Func<IQueryable<TSaga>, IQueryable<TSaga>> Customize { get; set; } = query => query;
    string? _lockStatement;

    public void Validate()
    {
        if (!Enum.IsDefined(ConcurrencyMode))
            throw new ConfigurationException($"ConcurrencyMode of {typeof(TSaga).Name} is unknown: {ConcurrencyMode}");
        if (LockStatementProvider is null)
            throw new ConfigurationException($"LockStatementProvider of {typeof(TSaga).Name} must not be null");
        OutboxLimits.Check(IsolationLevel);
    }

    /// <summary>Loads an instance, under a row lock unless versions settle the race.</summary>
    public async Task<TSaga?> LoadAsync(DbContext db, Guid correlationId, CancellationToken cancellationToken)
    {
        if (ConcurrencyMode == ConcurrencyMode.Optimistic)
            return await Customize(db.Set<TSaga>().AsTracking())
                .SingleOrDefaultAsync(saga => saga.CorrelationId == correlationId, cancellationToken).ConfigureAwait(false);

        // not composed further, or the lock would sink into a subquery; so the one row is taken from a list
        _lockStatement ??= LockStatementProvider.GetRowLockStatement<TSaga>(db);
        var loaded = await Customize(db.Set<TSaga>().FromSqlRaw(_lockStatement, correlationId).AsTracking())
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return loaded.SingleOrDefault();
    }
}

/// <summary>The DbContext of the message's scope in which instances of this saga live.</summary>
sealed record SagaDbContextSource<TSaga>(DbContext DbContext);
