using Billing.Hosting.Work;
using Billing.Persistence;

namespace Billing.Notification.Intake;

/// <summary>
/// Deletes keys that mean nothing any more, so that their table stays as small as what the keys are about. Nothing depends on when a key is deleted.
/// </summary>
sealed class DeduplicationSweep(IServiceScopeFactory scopes, DatabaseReadiness database, TimeProvider clock, ILogger<DeduplicationSweep> log)
    : PeriodicWork(database, clock, log)
{
    /// <summary>10 minutes: keys cost only room.</summary>
    protected override TimeSpan Period { get; } = TimeSpan.FromMinutes(10);

    protected override async Task RoundAsync(CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DeduplicationStore>().ForgetAsync(stopping);
    }
}
