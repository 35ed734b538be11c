using Billing.Persistence;

namespace Billing.Notification.Queueing;

/// <summary>Forgets keys that mean nothing any more, so that their table stays as small as what they are about.</summary>
sealed class KeyKeeper(IServiceScopeFactory scopes, DatabaseReadiness database, TimeProvider clock, ILogger<KeyKeeper> log) : BackgroundService
{
    /// <summary>Nobody waits for it.</summary>
    static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<KeyDesk>().ForgetAsync(stoppingToken);
            }
            catch (Exception trouble) when (!stoppingToken.IsCancellationRequested)
            {
                log.KeysNotForgotten(trouble);      // they cost only room
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
