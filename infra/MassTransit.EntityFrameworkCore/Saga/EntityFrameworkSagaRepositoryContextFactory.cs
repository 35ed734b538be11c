using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration.Saga;

/// <summary>Loads saga instances in the outbox's transaction when there is one, otherwise in a transaction of their own.</summary>
sealed class EntityFrameworkSagaRepositoryContextFactory<TSaga> :
    ISagaRepositoryContextFactory<TSaga>,
    IQuerySagaRepositoryContextFactory<TSaga>,
    ILoadSagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga
{
    readonly DbContext _db;
    readonly ISagaConsumeContextFactory<DbContext, TSaga> _factory;
    readonly SagaRepositorySettings<TSaga> _settings;
    readonly ISagaWitness? _witness;

    public EntityFrameworkSagaRepositoryContextFactory(SagaDbContextSource<TSaga> source, ISagaConsumeContextFactory<DbContext, TSaga> factory,
        SagaRepositorySettings<TSaga> settings, IEnumerable<ISagaWitness> witnesses)
    {
        _db = source.DbContext;
        _factory = factory;
        _settings = settings;
        _witness = witnesses.SingleOrDefault();
    }

    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next)
        where T : class =>
        InTransactionAsync(context, repository => next.Send(repository));

    public async Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class
    {
        // found first and locked afterwards, in one order everywhere, so that two queries cannot lock each other out
        var found = await _db.Set<TSaga>().AsNoTracking().Where(query.FilterExpression).Select(saga => saga.CorrelationId)
            .ToListAsync(context.CancellationToken).ConfigureAwait(false);
        found.Sort();

        await InTransactionAsync(context, async repository =>
        {
            var instances = new List<TSaga>(found.Count);
            var stillMatches = query.GetFilter();
            foreach (var correlationId in found)
                if (await _settings.LoadAsync(_db, correlationId, context.CancellationToken).ConfigureAwait(false) is { } saga && stillMatches(saga))
                    instances.Add(saga);
            await next.Send(new LoadedSagaRepositoryQueryContext<TSaga, T>(repository, instances)).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class =>
        asyncMethod(new EntityFrameworkSagaQueryContext<TSaga>(_db, cancellationToken));

    public Task<T> Execute<T>(Func<QuerySagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class =>
        asyncMethod(new EntityFrameworkSagaQueryContext<TSaga>(_db, cancellationToken));

    public void Probe(ProbeContext context) => context.Add("persistence", "entityFrameworkCore");

    async Task InTransactionAsync<T>(ConsumeContext<T> context, Func<SagaRepositoryContext<TSaga, T>, Task> action)
        where T : class
    {
        var joined = context.TryGetPayload<DbTransactionContext>(out var open) && _db.Database.CurrentTransaction?.TransactionId == open.TransactionId;
        if (joined)
        {
            await action(NewContext(savesLater: true)).ConfigureAwait(false);
            return;
        }

        var before = TrackedEntities.Of(_db);
        await _db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            try
            {
                await using var transaction = await _db.Database.BeginTransactionAsync(_settings.IsolationLevel, context.CancellationToken)
                    .ConfigureAwait(false);
                await action(NewContext(savesLater: false)).ConfigureAwait(false);
                await transaction.CommitAsync(context.CancellationToken).ConfigureAwait(false);
            }
            catch
            {
                before.Restore(); // the next attempt may come in the same scope
                throw;
            }
        }).ConfigureAwait(false);

        EntityFrameworkSagaRepositoryContext<TSaga, T> NewContext(bool savesLater) => new(_db, context, _factory, _settings, savesLater, _witness);
    }
}
