using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Forgets consumed messages when the duplicate window is over. A row whose outgoing messages are still there stays.</summary>
sealed partial class InboxCleanupService<TDbContext>(
    IServiceScopeFactory scopes,
    OutboxSettings<TDbContext> settings,
    TimeProvider clock,
    ILogger<InboxCleanupService<TDbContext>> log) : BackgroundService
    where TDbContext : DbContext
{
    const int Most = 1000; // rows of one statement: keeps its locks and its log short

    /// <summary>A tenth of the window, so no row is kept much longer than it must; at most a minute, at least a tenth of a second.</summary>
    TimeSpan Pause => TimeSpan.FromSeconds(Math.Clamp(settings.DuplicateDetectionWindow.TotalSeconds / 10, 0.1, 60));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await ForgetAsync(stoppingToken).ConfigureAwait(false) == Most)
                {
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                CleanUpFailed(exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        var windowStart = clock.GetUtcNow().UtcDateTime - settings.DuplicateDetectionWindow;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
        db.Database.SetCommandTimeout(settings.QueryTimeout);
        return await db.Set<InboxState>()
            .Where(inbox => inbox.Delivered < windowStart)
            .Where(inbox => !db.Set<OutboxMessage>().Any(message => message.InboxMessageId == inbox.MessageId && message.InboxConsumerId == inbox.ConsumerId))
            .OrderBy(inbox => inbox.Delivered)
            .Take(Most)
            .ExecuteDeleteAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(5, LogLevel.Warning, "Cleaning up the inbox failed and will be repeated")]
    partial void CleanUpFailed(Exception exception);
}
