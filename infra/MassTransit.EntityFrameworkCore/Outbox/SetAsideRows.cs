using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Sets rows aside that cannot be read, tells of each once, and shows how many there are.</summary>
sealed partial class SetAsideRows<TDbContext> : IDisposable
    where TDbContext : DbContext
{
    static readonly TimeSpan Pause = TimeSpan.FromMinutes(1); // between two counts: rows are rare, and a person looks at them

    readonly IServiceScopeFactory _scopes;
    readonly TimeProvider _clock;
    readonly ILogger<SetAsideRows<TDbContext>> _log;
    readonly Meter _meter = new("Billing.Outbox");
    DateTimeOffset _counted = DateTimeOffset.MinValue;
    int _count;

    public SetAsideRows(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SetAsideRows<TDbContext>> log)
    {
        (_scopes, _clock, _log) = (scopes, clock, log);
        _meter.CreateObservableGauge("billing.outbox.set_aside",
            () => new Measurement<int>(Volatile.Read(ref _count), new KeyValuePair<string, object?>("context", typeof(TDbContext).Name)),
            description: "Outgoing messages whose rows cannot be read and wait for a person");
    }

    /// <summary>In the transaction that has locked the rows.</summary>
    public async Task SetAsideAsync(TDbContext db, IReadOnlyCollection<SetAsideMessage> rows)
    {
        if (rows.Count == 0)
            return;
        await db.SetAsideAsync(rows).ConfigureAwait(false);
        foreach (var row in rows)
            SetAside(row.MessageId, row.SequenceNumber, row.Reason);
        _counted = DateTimeOffset.MinValue;
    }

    /// <summary>Counts when the last count is old, or something was set aside since.</summary>
    public async Task CountAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        if (_counted + Pause > now && _counted <= now)
            return;
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
        Volatile.Write(ref _count, await db.Set<OutboxMessage>().ThatAreSetAside().CountAsync(cancellationToken).ConfigureAwait(false));
        _counted = now;
    }

    public void Dispose() => _meter.Dispose();

    [LoggerMessage(8, LogLevel.Error, "Outgoing message {MessageId} was set aside in row {SequenceNumber} of the outbox: {Reason}")]
    partial void SetAside(Guid messageId, long sequenceNumber, string reason);
}
