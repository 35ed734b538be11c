using Billing.Persistence;

namespace Billing.Notification.Intake;

/// <summary>Deletes keys that mean nothing any more, so that their table stays as small as what the keys are about.</summary>
sealed class DeduplicationSweep(IServiceScopeFactory scopes, DatabaseReadiness database, TimeProvider clock, ILogger<DeduplicationSweep> log)
    : BackgroundService
{
    /// <summary>Nothing depends on when a key is deleted.</summary>
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
                await scope.ServiceProvider.GetRequiredService<DeduplicationStore>().ForgetAsync(stoppingToken);
            }
            catch (Exception trouble) when (!stoppingToken.IsCancellationRequested)
            {
                log.KeysNotForgotten(trouble);      // they cost only room
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
