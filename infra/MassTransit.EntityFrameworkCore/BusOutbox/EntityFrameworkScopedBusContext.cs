using MassTransit.Clients;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using MassTransit.Serialization;
using MassTransit.Transports;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// Outside a consumer: what is sent or published becomes rows of the DbContext and leaves when its changes are committed. Who says when that is
/// (<see cref="IOutboxTransaction"/>) has it sent from memory; else the sweeper reads it.
/// </summary>
sealed class EntityFrameworkScopedBusContext<TBus, TDbContext> : ScopedBusContext, OutboxSendContext, IOutboxTransaction, IDisposable
    where TBus : class, IBus
    where TDbContext : DbContext
{
    readonly TBus _bus;
    readonly TDbContext _db;
    readonly OutboxSignal<TDbContext> _signal;
    readonly DueSignal<TDbContext> _dueSignal;
    readonly BusOutboxDelivery<TDbContext> _delivery;
    readonly OutboxSql<TDbContext> _sql;
    readonly IClientFactory _clientFactory;
    readonly IServiceProvider _provider;
    readonly TimeProvider _clock;
    readonly Lock _gate = new();
    IPublishEndpoint? _publishEndpoint;
    ISendEndpointProvider? _sendEndpointProvider;
    IScopedClientFactory? _scopedClientFactory;
    List<OutboxMessage> _messages = [];
    OutboxState? _outbox;
    BusOutboxDelivery<TDbContext>.Place? _place;
    bool _listening;
    bool _savedInTransaction;

    public EntityFrameworkScopedBusContext(TBus bus, TDbContext db, OutboxSignal<TDbContext> signal, DueSignal<TDbContext> dueSignal,
        BusOutboxDelivery<TDbContext> delivery, OutboxSql<TDbContext> sql, IClientFactory clientFactory, IServiceProvider provider, TimeProvider clock)
    {
        _delivery = delivery;
        _sql = sql;
        _bus = bus;
        _db = db;
        _signal = signal;
        _dueSignal = dueSignal;
        _clientFactory = clientFactory;
        _provider = provider;
        _clock = clock;
    }

    public ISendEndpointProvider SendEndpointProvider => _sendEndpointProvider ??= new OutboxSendEndpointProvider(this, _bus);

    public IPublishEndpoint PublishEndpoint => _publishEndpoint ??= new PublishEndpoint(new OutboxPublishEndpointProvider(this, _bus));

    public IScopedClientFactory ClientFactory => _scopedClientFactory ??=
        new ScopedClientFactory(new ClientFactory(new ScopedClientFactoryContext(_clientFactory, _provider)), null);

    public object? GetService(Type serviceType) => _provider.GetService(serviceType);

    public Task AddSend<T>(SendContext<T> context)
        where T : class
    {
        var message = EntityFrameworkOutboxExtensions.ToOutboxMessage(context, SystemTextJsonMessageSerializer.Instance, _clock);
        lock (_gate)
        {
            // one that is due later names no transaction, so it is known as a due message
            if (message.EnqueueTime is null)
            {
                message.OutboxId = OpenOutbox().OutboxId;
                _messages.Add(message);
            }

            _db.Add(message);
        }

        if (message.EnqueueTime is { } due)
            _dueSignal.Expect(due);

        return Task.CompletedTask;
    }

    public bool IsOf(DbContext db) => ReferenceEquals(db, _db);

    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_outbox is not { } outbox || _messages.Count == 0 || _db.Database.CurrentTransaction is null)
        {
            await _db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var messages = _messages;
        _place = _delivery.TakePlace(outbox, messages);
        var asSet = messages.Count > OutboxStatements.FewMessages;
        if (asSet)
            foreach (var message in messages)
                _db.Entry(message).State = EntityState.Detached;
        await _db.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        if (!asSet)
            return;
        await using var command = _sql.For(_db).InsertMessages(_db, messages);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Committed()
    {
        _place?.Deliver();
        _place = null;
    }

    public void Dispose()
    {
        _place?.Leave();
        if (_listening)
            _db.SavedChanges -= OnSaved;
        if (_savedInTransaction)
            _signal.Delivered(); // whoever opened a transaction has ended it by now
    }

    OutboxState OpenOutbox()
    {
        if (!_listening)
        {
            _listening = true;
            _db.SavedChanges += OnSaved;
        }

        if (_outbox is null || _db.Entry(_outbox).State != EntityState.Added)
        {
            _messages = [];
            _outbox = new OutboxState { OutboxId = NewId.NextGuid(), Created = _clock.GetUtcNow().UtcDateTime };
            _db.Add(_outbox);
        }

        return _outbox;
    }

    void OnSaved(object? sender, SavedChangesEventArgs saved)
    {
        if (_outbox is null || _db.Entry(_outbox).State == EntityState.Added)
            return;
        if (_db.Database.CurrentTransaction is null)
            _signal.Delivered();
        else
            _savedInTransaction |= _place is null;
    }
}
