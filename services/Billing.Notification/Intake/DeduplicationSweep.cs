using Billing.Hosting.Work;
using Billing.Persistence;

namespace Billing.Notification.Intake;

/// <summary>Deletes keys that mean nothing any more, so that their table stays as small as what the keys are about.</summary>
sealed class DeduplicationSweep(DatabaseReadiness database, IServiceScopeFactory scopes, TimeProvider clock, ILogger<DeduplicationSweep> log)
    : PeriodicWork(database, clock, log)
{
    /// <summary>Nothing depends on when a key is deleted.</summary>
    protected override TimeSpan Period { get; } = TimeSpan.FromMinutes(10);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DeduplicationStore>().ForgetAsync(stopping);
    }
}
