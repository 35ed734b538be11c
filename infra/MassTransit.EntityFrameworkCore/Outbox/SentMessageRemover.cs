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
    const int Most = 500; // keys of one statement: more gain nothing and hold locks longer
    static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20); // waits this long for company

    readonly Channel<InboxKey> _sent = Channel.CreateUnbounded<InboxKey>();
    readonly Lock _gate = new();
    Task? _removing;
    bool _hasLifecycle;

    public void RemoveLater(InboxKey key) => _sent.Writer.TryWrite(key);

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
        var keys = new List<InboxKey>(Most);
        while (await _sent.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            if (_sent.Reader.Count < Most && !_sent.Reader.Completion.IsCompleted)
                await Task.Delay(Gathering, TimeProvider.System).ConfigureAwait(false); // the machine's time, not the business's
            keys.Clear();
            while (keys.Count < Most && _sent.Reader.TryRead(out var key))
                keys.Add(key);
            await RemoveAsync(keys).ConfigureAwait(false);
        }
    }

    async Task RemoveAsync(List<InboxKey> keys)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
            await db.Database.OpenConnectionAsync().ConfigureAwait(false);
            await using var command = sql.For(db).DeleteCausedBy(db, keys);
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LeftBehind(exception, keys.Count);
        }
    }

    [LoggerMessage(1, LogLevel.Warning,
        "Outgoing messages of {Count} consumed messages could not be deleted after sending; the sweeper will send them once more")]
    partial void LeftBehind(Exception exception, int count);
}
