using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// Deletes the rows of messages that have left, those of many consumed messages in one statement. It goes on until everything else
/// has stopped; what a crash leaves is sent once more by the sweeper, under the same message id.
/// </summary>
sealed partial class SentMessageRemover<TDbContext>(
    IServiceScopeFactory scopes,
    OutboxSql<TDbContext> sql,
    ILogger<SentMessageRemover<TDbContext>> log) : IHostedLifecycleService
    where TDbContext : DbContext
{
    const int Most = 500; // causes of one statement: more gain nothing and hold locks longer
    static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20); // waits this long for company

    readonly Channel<Cause> _sent = Channel.CreateUnbounded<Cause>();
    readonly Lock _gate = new();
    Task? _removing;
    bool _hasLifecycle;

    public void RemoveLater(InboxKey key) => _sent.Writer.TryWrite(new Cause(key, null));

    public void RemoveLater(Guid outboxId) => _sent.Writer.TryWrite(new Cause(null, outboxId));

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _hasLifecycle = true;
        return StartAsync(cancellationToken);
    }

    /// <summary>A test harness, and whoever starts hosted services himself, calls nothing but this and <see cref="StopAsync"/>.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            _removing ??= Task.Run(RemoveAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _hasLifecycle ? Task.CompletedTask : StoppedAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        _sent.Writer.TryComplete();
        return _removing?.WaitAsync(cancellationToken) ?? Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task RemoveAsync()
    {
        var causes = new List<Cause>(Most);
        while (await _sent.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            if (_sent.Reader.Count < Most && !_sent.Reader.Completion.IsCompleted)
                await Task.Delay(Gathering, TimeProvider.System).ConfigureAwait(false); // the machine's time, not the business's
            causes.Clear();
            while (causes.Count < Most && _sent.Reader.TryRead(out var cause))
                causes.Add(cause);
            await RemoveAsync(causes).ConfigureAwait(false);
        }
    }

    async Task RemoveAsync(List<Cause> causes)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
            await db.Database.OpenConnectionAsync().ConfigureAwait(false);
            var keys = causes.Select(cause => cause.Consumed).OfType<InboxKey>().ToList();
            if (keys.Count > 0)
            {
                await using var command = sql.For(db).DeleteCausedBy(db, keys);
                await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            }

            var outboxes = causes.Select(cause => cause.OutboxId).OfType<Guid>().ToList();
            if (outboxes.Count == 0)
                return;
            await db.Set<OutboxMessage>().Where(message => outboxes.Contains(message.OutboxId!.Value)).ExecuteDeleteAsync().ConfigureAwait(false);
            await db.Set<OutboxState>().Where(outbox => outboxes.Contains(outbox.OutboxId)).ExecuteDeleteAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LeftBehind(exception, causes.Count);
        }
    }

    /// <summary>What the messages belong to: a consumed message, or a transaction of the bus outbox.</summary>
    readonly record struct Cause(InboxKey? Consumed, Guid? OutboxId);

    [LoggerMessage(1, LogLevel.Warning,
        "Outgoing messages of {Count} transactions could not be deleted after sending; the sweeper will send them once more")]
    partial void LeftBehind(Exception exception, int count);
}
