using MassTransit.Context;
using MassTransit.Logging;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration.Saga;

/// <summary>Saga instances during one message. Within an outbox the outbox saves, once, with the inbox row and the messages.</summary>
sealed class EntityFrameworkSagaRepositoryContext<TSaga, TMessage> : ConsumeContextScope<TMessage>, SagaRepositoryContext<TSaga, TMessage>
    where TSaga : class, ISaga
    where TMessage : class
{
    readonly ConsumeContext<TMessage> _context;
    readonly DbContext _db;
    readonly ISagaConsumeContextFactory<DbContext, TSaga> _factory;
    readonly SagaRepositorySettings<TSaga> _settings;
    readonly bool _savesLater;
    readonly ISagaWitness? _witness;

    public EntityFrameworkSagaRepositoryContext(DbContext db, ConsumeContext<TMessage> context, ISagaConsumeContextFactory<DbContext, TSaga> factory,
        SagaRepositorySettings<TSaga> settings, bool savesLater, ISagaWitness? witness)
        : base(context, db)
    {
        _db = db;
        _context = context;
        _factory = factory;
        _settings = settings;
        _savesLater = savesLater;
        _witness = witness;
    }

    public Task<SagaConsumeContext<TSaga, TMessage>> Add(TSaga instance) =>
        _factory.CreateSagaConsumeContext(_db, _context, instance, SagaConsumeContextMode.Add);

    public async Task<SagaConsumeContext<TSaga, TMessage>> Insert(TSaga instance)
    {
        var entry = _db.Add(instance);
        try
        {
            await _db.SaveChangesAsync(CancellationToken).ConfigureAwait(false); // EF's own savepoint keeps the transaction usable
            _context.LogInsert<TSaga, TMessage>(instance.CorrelationId);
            return await _factory.CreateSagaConsumeContext(_db, _context, instance, SagaConsumeContextMode.Insert).ConfigureAwait(false);
        }
        catch (DbUpdateException exception)
        {
            entry.State = EntityState.Detached; // somebody else was first; the caller loads that instance
            _context.LogInsertFault<TSaga, TMessage>(exception, instance.CorrelationId);
            return null!;
        }
    }

    public async Task<SagaConsumeContext<TSaga, TMessage>> Load(Guid correlationId)
    {
        var instance = await _settings.LoadAsync(_db, correlationId, CancellationToken).ConfigureAwait(false);
        return instance is null
            ? null!
            : await _factory.CreateSagaConsumeContext(_db, _context, instance, SagaConsumeContextMode.Load).ConfigureAwait(false);
    }

    public Task Save(SagaConsumeContext<TSaga> context)
    {
        _db.Add(context.Saga);
        _witness?.Took(_db, context.Saga, _context);
        return SaveAsync();
    }

    public Task Update(SagaConsumeContext<TSaga> context)
    {
        _witness?.Took(_db, context.Saga, _context);
        return SaveAsync();
    }

    public Task Delete(SagaConsumeContext<TSaga> context)
    {
        _witness?.Took(_db, context.Saga, _context);
        _db.Remove(context.Saga);
        return SaveAsync();
    }

    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> context)
    {
        var entry = _db.ChangeTracker.Entries<TSaga>().FirstOrDefault(x => x.Entity.CorrelationId == context.Saga.CorrelationId);
        if (entry is not null)
            entry.State = EntityState.Unchanged;
        return Task.CompletedTask;
    }

    public Task<SagaConsumeContext<TSaga, T>> CreateSagaConsumeContext<T>(ConsumeContext<T> consumeContext, TSaga instance, SagaConsumeContextMode mode)
        where T : class =>
        _factory.CreateSagaConsumeContext(_db, consumeContext, instance, mode);

    Task SaveAsync() => _savesLater ? Task.CompletedTask : _db.SaveChangesAsync(CancellationToken);
}
